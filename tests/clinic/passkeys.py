"""A passkey made of numbers: registered with somebody, and signing what it is asked to."""

import json
from dataclasses import dataclass
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from clinic.models import User

HOST = "testserver"
PRESENT, VERIFIED, ATTESTED = (
    AuthenticatorData.FLAG.UP,
    AuthenticatorData.FLAG.UV,
    AuthenticatorData.FLAG.AT,
)
IDENTITY = b"passkey-of-numbers"


@dataclass(frozen=True)
class Passkey:
    """A key pair, and whose it is."""

    key: ec.EllipticCurvePrivateKey
    user: User

    def sign(self, options: dict[str, Any], *, verified: bool) -> str:
        """Return the answer to a challenge as the page posts it; `verified`: a PIN was asked for."""
        challenge = options["publicKey"]["challenge"]
        client = _client_data("webauthn.get", challenge)
        flags = PRESENT | VERIFIED if verified else PRESENT
        data = AuthenticatorData.create(sha256(HOST.encode()), flags, 1)
        signature = self.key.sign(data + sha256(client), ec.ECDSA(hashes.SHA256()))
        handle = user_pk_to_url_str(self.user).encode()
        response = {
            "clientDataJSON": websafe_encode(client),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": websafe_encode(handle),
        }
        return json.dumps(_credential(response))


def give_passkey(user: User) -> Passkey:
    """Give somebody a passkey that signs."""
    passkey = Passkey(ec.generate_private_key(ec.SECP256R1()), user)
    public = ES256.from_cryptography_key(passkey.key.public_key())
    attested = AttestedCredentialData.create(Aaguid.NONE, IDENTITY, public)
    data = AuthenticatorData.create(sha256(HOST.encode()), PRESENT | VERIFIED | ATTESTED, 0, attested)
    client = _client_data("webauthn.create", websafe_encode(b"any challenge at all"))
    response = {
        "clientDataJSON": websafe_encode(client),
        "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
    }
    registered = {"name": "Key", "credential": _credential(response)}
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=registered)
    return passkey


def _client_data(kind: str, challenge: str) -> bytes:
    return json.dumps({"type": kind, "challenge": challenge, "origin": f"https://{HOST}"}).encode()


def _credential(response: dict[str, str]) -> dict[str, Any]:
    name = websafe_encode(IDENTITY)
    return {"id": name, "rawId": name, "type": "public-key", "response": response}
