"""Second factors for tests of access: pages that list, change or take them away have something to show."""

import json

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from clinic.models import User

SECRET = "JBSWY3DPEHPK3PXP"


def give_factors(user: User) -> None:
    """Give somebody an authenticator app, recovery codes and a passkey."""
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    Authenticator.objects.create(
        user=user,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "Key", "credential": _make_credential(str(user.pk).encode())},
    )


def _make_credential(key_id: bytes) -> dict[str, object]:
    """Return what a browser sends when a passkey is made, as far as it is read again."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    attested = AttestedCredentialData.create(Aaguid(bytes(16)), key_id, public)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    made = AttestationObject.create("none", AuthenticatorData.create(bytes(32), flags, 0, attested), {})
    client = json.dumps({"type": "webauthn.create", "challenge": "eA", "origin": "https://example.com"})
    return {
        "id": websafe_encode(key_id),
        "rawId": websafe_encode(key_id),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(client.encode()),
            "attestationObject": websafe_encode(bytes(made)),
        },
    }
