"""How each status looks everywhere on the desk."""

from bookings.life_cycle import Status

STATUS_LOOKS = {
    # status: (class of its colours, icon); the word always stands beside them
    Status.BOOKED: ("s-booked", "circle"),
    Status.CONFIRMED: ("s-confirmed", "check"),
    Status.ARRIVED: ("s-arrived", "map-pin"),
    Status.IN_ROOM: ("s-room", "door-open"),
    Status.DONE: ("s-done", "check-check"),
    Status.NO_SHOW: ("s-noshow", "user-x"),
    Status.CANCELLED: ("s-cancelled", "x"),
}
