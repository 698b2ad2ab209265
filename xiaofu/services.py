"""What a process shares, built once when it starts: knowledge, booking desk, clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from functools import cached_property, lru_cache

from sqlalchemy.engine import Engine

from booking.calendars import Calendars
from booking.clerks import Clerks
from booking.codes import PhoneCodes
from booking.desk import BookingDesk
from booking.doorkeeper import Doorkeeper
from booking.gateway import Gateway
from booking.office import Office
from booking.office_calendar import OfficeCalendar
from booking.promises import PromiseLinks, Promises
from booking.reminding import Sender
from booking.rules import Rules
from booking.store import (
    AppealStore,
    BookingStore,
    CodeStore,
    ContactBook,
    ExpectedSessions,
    OfficeStore,
    Outbox,
    RatingStore,
)
from booking.timetable import Hours, Timetable
from booking.waiting_room import WaitingRoom
from booking.wording import calendar_wording, message_wording
from knowledge_base import quizzes
from knowledge_base.asked_articles import ArticleReader
from knowledge_base.encoder import installed
from knowledge_base.live import Live
from knowledge_base.matters import Matter
from knowledge_base.quizzes import Quiz
from knowledge_base.statute_search import InBackground, StatuteSearch
from knowledge_base.statutes import Statutes
from knowledge_base.store import KnowledgeStore
from xiaofu import clock, promising
from xiaofu.database import open_engine
from xiaofu.gateways import gateway_of
from xiaofu.keys import key_for, secret_of
from xiaofu.migrations import upgrade
from xiaofu.settings import ROOT, Settings, read

CONTENT = ROOT / "knowledge_base" / "content"
"""The content that git carries, and a new database is seeded with."""


@dataclass(frozen=True)
class Services:
    """Everything a turn needs, over one engine."""

    settings: Settings
    engine: Engine
    now: clock.Clock

    @cached_property
    def knowledge_store(self) -> KnowledgeStore:
        return KnowledgeStore(self.engine)

    @cached_property
    def knowledge(self) -> Live:
        return Live(self.knowledge_store, installed())

    @cached_property
    def statutes(self) -> Statutes:
        return Statutes(CONTENT / "statutes.yml")

    @cached_property
    def article_reader(self) -> ArticleReader:
        return ArticleReader(self.statutes.names)

    @cached_property
    def statute_search(self) -> InBackground[StatuteSearch]:
        return InBackground(lambda: StatuteSearch(self.statutes.everyday_articles()))

    @cached_property
    def quizzes(self) -> tuple[Quiz, ...]:
        return quizzes.read(CONTENT / "quizzes")

    @cached_property
    def contacts(self) -> ContactBook:
        return ContactBook(self.engine)

    @cached_property
    def office_calendar(self) -> OfficeCalendar:
        return OfficeCalendar(self.settings.calendar_file)

    @cached_property
    def office(self) -> OfficeStore:
        """The office's rules as staff have set them, over what the settings say."""
        settings = self.settings
        hours = tuple(
            _hours(span, settings.desks) for span in (settings.morning, settings.afternoon)
        )
        timetable = Timetable(
            hours,
            length=timedelta(minutes=settings.session_minutes),
            horizon=settings.horizon_days,
            lead=timedelta(hours=settings.notice_hours),
        )
        rules = Rules(cancel_until=timedelta(hours=settings.notice_hours))
        return OfficeStore(self.engine, Office(timetable, rules))

    @property
    def desk(self) -> BookingDesk:
        """The desk by the rules and the calendar as they are now: staff edit them while we run."""
        office, calendar = self.office.current(), self.office_calendar.current()
        return BookingDesk(BookingStore(self.engine), office.timetable, calendar, office.rules)

    @property
    def waiting_room(self) -> WaitingRoom:
        return WaitingRoom(self.desk)

    @property
    def clerks(self) -> Clerks:
        return Clerks(self.desk)

    @cached_property
    def appeals(self) -> AppealStore:
        return AppealStore(self.engine)

    @cached_property
    def doorkeeper(self) -> Doorkeeper:
        """Who enters the rooms; `doorkeeper.links(booking, officer)` are the two ways in."""
        address = f"{self.settings.site}/room/"
        return Doorkeeper(lambda: self.waiting_room, self.key("room"), address)

    @cached_property
    def ratings(self) -> RatingStore:
        return RatingStore(self.engine)

    @cached_property
    def gateway(self) -> Gateway:
        return gateway_of(self.settings)

    @cached_property
    def _secret(self) -> bytes:
        return secret_of(self.settings)

    def key(self, purpose: str) -> bytes:
        """The key to sign for one purpose with; see xiaofu.keys."""
        return key_for(purpose, self._secret)

    @cached_property
    def codes(self) -> PhoneCodes:
        """One-time codes to citizens' phones."""
        store = CodeStore(self.engine)
        return PhoneCodes(store, self.gateway, message_wording(), self.key("phone codes"))

    @cached_property
    def calendars(self) -> Calendars:
        """Bookings as calendar files."""
        return Calendars(
            BookingStore(self.engine).get,
            self.matter_name,
            calendar_wording(),
            self.settings.site,
            self.key("calendar file"),
        )

    @cached_property
    def reminders(self) -> Sender:
        """Sends what bookings owe; see xiaofu.reminding for the loop."""
        return Sender(
            Outbox(self.engine),
            ExpectedSessions(self.engine),
            self.gateway,
            message_wording(),
            self.matter_name,
            timedelta(hours=self.settings.notice_hours),
            self.now,
        )

    @cached_property
    def promises(self) -> Promises:
        """信用承诺."""
        return promising.promises(self.engine, self.settings, self.key, self.matter)

    @cached_property
    def promise_links(self) -> PromiseLinks:
        """The citizens' pages of their commitments."""
        booking = BookingStore(self.engine).get
        key = self.key("commitment page")
        return PromiseLinks(self.promises, booking, self.settings.site, key)

    def matter(self, matter_id: str) -> Matter | None:
        """What citizens are told of a matter now, straight from the store: no index is built."""
        found = self.knowledge_store.spoken_of("matter", matter_id)
        return found if isinstance(found, Matter) else None

    def matter_name(self, matter_id: str) -> str:
        """Its name; the id for one that citizens hear of no more."""
        matter = self.matter(matter_id)
        return matter.name if matter else matter_id

    def keep_contact(self, mobile: str) -> str:
        """Keep a number out of the conversation; returns the reference that stands for it."""
        return self.contacts.keep(mobile, self.now())

    def create_tables(self) -> None:
        self.knowledge_store.create_tables()
        upgrade(self.engine)


def build(settings: Settings) -> Services:
    """The services that `settings` ask for, over a database with its tables made."""
    now = clock.starting_at(settings.clock) if settings.clock else clock.real
    built = Services(settings, open_engine(settings.database), now)
    built.create_tables()
    return built


@lru_cache(maxsize=1)
def services() -> Services:
    """This process's services; Rasa builds actions and components without arguments."""
    return build(read())


def _hours(span: str, desks: int) -> Hours:
    opens, closes = (time.fromisoformat(end) for end in span.split("-"))
    return Hours(opens, closes, desks)
