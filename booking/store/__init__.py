"""What is kept of the sessions, in SQLite or PostgreSQL; the database decides every race."""

from booking.store.appeals import AppealStore
from booking.store.bookings import BookingStore
from booking.store.codes import CodeStore
from booking.store.commitments import CommitmentStore
from booking.store.contacts import ContactBook
from booking.store.expected import ExpectedSessions
from booking.store.office import OfficeStore
from booking.store.outbox import Outbox
from booking.store.ratings import RatingStore

__all__ = [
    "AppealStore",
    "BookingStore",
    "CodeStore",
    "CommitmentStore",
    "ContactBook",
    "ExpectedSessions",
    "OfficeStore",
    "Outbox",
    "RatingStore",
]
