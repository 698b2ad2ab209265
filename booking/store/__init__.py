"""What is kept of the sessions, in SQLite or PostgreSQL; the database decides every race."""

from booking.store.appeals import AppealStore
from booking.store.bookings import BookingStore
from booking.store.contacts import ContactBook

__all__ = ["AppealStore", "BookingStore", "ContactBook"]
