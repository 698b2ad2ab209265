"""Every setting of 小福, read once from XIAOFU_* environment variables."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError, validator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).parent.parent
PREFIX = "XIAOFU_"
SECRET_MIN = 32
"""Characters of a key that nobody guesses."""
_NOT_SETTINGS = "XIAOFU_TEST_"  # read by the test suite only


class SettingsError(Exception):
    """A setting is wrong; the message says which, and what it may be, in Chinese."""


class Settings(BaseModel):
    """What is in force in this process. Field names are the variables' names without XIAOFU_."""

    env: Literal["development", "production"] = Field(
        "development", description="运行环境：development 或 production"
    )
    data_dir: Path = Field(ROOT / ".xiaofu", description="数据文件夹：内置数据库、日志放在这里")
    database_url: str = Field(
        "", description="数据库地址；不填就用数据文件夹里的 SQLite", secret=True
    )
    host: str = Field("127.0.0.1", description="两个服务监听的地址；面向市民时前面放 nginx")
    bot_port: int = Field(5005, ge=1, le=65535, description="小福（市民）的端口")
    console_port: int = Field(8000, ge=1, le=65535, description="工作台（员工）的端口")
    clock: datetime | None = Field(
        None, description="演示用：时钟从这一刻走起（ISO 时间，带时区）；正式环境不许用"
    )
    desks: int = Field(2, ge=1, le=99, description="每个时段有几个视频办席位")
    session_minutes: int = Field(30, ge=5, le=240, description="一次视频办几分钟")
    horizon_days: int = Field(5, ge=1, le=60, description="最多提前几个工作日预约")
    notice_hours: int = Field(2, ge=0, le=72, description="至少提前几小时预约或取消")
    morning: str = Field("09:00-12:00", description="上午受理时间")
    afternoon: str = Field("14:00-17:45", description="下午受理时间")
    site_url: str = Field(
        "", description="市民打开小福的网址，链接里用，如 https://xiaofu.example；不填就用本机地址"
    )
    secret_key: str = Field(
        "",
        description="签名用的密钥，至少 32 个字符；正式环境必填，几个进程要一样，换了旧链接就失效",
        secret=True,
    )
    sms_gateway: Literal["development", "http"] | None = Field(
        None,
        description="短信怎么发：http 交给短信网关；development 只打印在日志里，手机号遮住中间四位",
    )
    sms_url: str = Field("", description="短信网关的地址，XIAOFU_SMS_GATEWAY=http 时必填")
    sms_key: str = Field("", description="给短信网关的请求签名用的密钥", secret=True)
    mend_days: int = Field(10, ge=1, le=180, description="信用承诺被指不实，至少给当事人几天改正")
    serious_records: Path | None = Field(
        None, description="区里给的严重失信名单文件；不填就是没有接，没有人因名单被排除"
    )
    calendar: Path | None = Field(
        None, description="日历文件：放假通知、停办、加开；不填就用数据文件夹里的 calendar.yml"
    )
    turn_url: str = Field(
        "",
        description="视频房间的 TURN 中继，如 turn:turn.example:3478，几个用逗号隔开；不填只走直连",
    )
    turn_user: str = Field("xiaofu", description="中继用户名里冒号后面的部分")
    turn_secret: str = Field(
        "", description="和 coturn 的 static-auth-secret 一样；设了中继就必填", secret=True
    )
    recording: Literal["off"] = Field(
        "off", description="视频办录不录像：这一版只能是 off，画面和声音不保存"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "WARNING", description="日志的详细程度"
    )

    class Config:
        frozen = True
        extra = "forbid"

    @validator("database_url")
    def _address(cls, url: str) -> str:
        try:
            make_url(url).get_dialect()
        except (ArgumentError, ValueError):
            raise ValueError("请写成 postgresql://用户:密码@主机/库名") from None
        return url

    @validator("site_url", "sms_url")
    def _web_address(cls, url: str) -> str:
        if url and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", url):
            raise ValueError("请写成 https://主机名 这样的网址")
        return url.rstrip("/")

    @validator("turn_url")
    def _relay(cls, urls: str) -> str:
        for url in filter(None, urls.split(",")):
            if not re.fullmatch(r"turns?:[^\s,?]+(\?transport=(udp|tcp))?", url):
                raise ValueError("请写成 turn:主机名:3478，或 turns:主机名:5349?transport=tcp")
        return urls

    @validator("recording", pre=True)
    def _not_recorded(cls, recording: str) -> str:
        if recording != "off":
            raise ValueError("这一版还不会录像，请去掉这个设置；要留痕，请由办理系统记录")
        return recording

    @validator("secret_key")
    def _long_enough(cls, key: str) -> str:
        if key and len(key) < SECRET_MIN:
            raise ValueError(f"至少 {SECRET_MIN} 个字符，可以用 openssl rand -hex 32 生成")
        return key

    @validator("clock")
    def _aware(cls, clock: datetime | None) -> datetime | None:
        if clock is not None and clock.tzinfo is None:
            raise ValueError("要带时区，如 2026-11-23T09:00:00+08:00")
        return clock

    @validator("morning", "afternoon")
    def _span(cls, hours: str) -> str:
        try:
            opens, closes = (time.fromisoformat(end) for end in hours.split("-"))
        except ValueError:
            raise ValueError("请写成 09:00-12:00") from None
        if closes <= opens:
            raise ValueError("结束要晚于开始")
        return hours

    @property
    def database(self) -> str:
        """The database in force: the one set, or the embedded one in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / 'xiaofu.db'}"

    @property
    def site(self) -> str:
        """Where citizens reach the bot, without a slash at the end."""
        return self.site_url or f"http://{self.host}:{self.bot_port}"

    @property
    def calendar_file(self) -> Path:
        """The file that clerks edit; it need not be there."""
        return self.calendar or self.data_dir / "calendar.yml"

    def shown(self) -> Iterator[tuple[str, str, str]]:
        """Every setting as (variable, value, meaning); passwords hidden."""
        for name, field in self.__fields__.items():
            value = getattr(self, name)
            if name != "database_url" and field.field_info.extra.get("secret"):
                value = "***" if value else ""
            elif name == "database_url":
                address = make_url(self.database)
                secret = {one: "***" for one in address.query if "pass" in one.lower()}
                value = repr(address.update_query_dict(secret))
            yield (
                f"{PREFIX}{name.upper()}",
                "" if value is None else str(value),
                (field.field_info.description or ""),
            )


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """
    The settings `environ` asks for, defaults for the rest; an empty variable is a default.

    Raises SettingsError for an unknown XIAOFU_ variable or a value out of bounds.
    """
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX) and not name.startswith(_NOT_SETTINGS) and value != ""
    }
    try:
        settings = Settings.parse_obj(given)
    except ValidationError as error:
        raise SettingsError("；".join(_said(one) for one in error.errors())) from None
    wrong = list(_missing(settings))
    if wrong:
        raise SettingsError("；".join(wrong))
    return settings


def _missing(settings: Settings) -> Iterator[str]:
    """What settings that are right one by one lack, or have too much, together."""
    if settings.env == "production":
        if settings.clock is not None:
            yield "正式环境（XIAOFU_ENV=production）不许设 XIAOFU_CLOCK"
        if not settings.secret_key:
            yield "正式环境要设 XIAOFU_SECRET_KEY，可以用 openssl rand -hex 32 生成"
        if settings.sms_gateway is None:
            yield (
                "正式环境要设 XIAOFU_SMS_GATEWAY：http 交给短信网关；"
                "只是演示、不真发短信，才写 development"
            )
    if settings.turn_url and not settings.turn_secret:
        yield "设了 XIAOFU_TURN_URL，还要设 XIAOFU_TURN_SECRET（coturn 的 static-auth-secret）"
    if settings.sms_gateway == "http" and not (settings.sms_url and settings.sms_key):
        yield "XIAOFU_SMS_GATEWAY=http 还要设 XIAOFU_SMS_URL 和 XIAOFU_SMS_KEY"


def _said(error: Any) -> str:
    name = f"{PREFIX}{str(error['loc'][0]).upper()}"
    if error["type"] == "value_error.extra":
        return f"没有 {name} 这个设置，名称是否写错？"
    said, context = _MEANING.get(error["type"]), error.get("ctx") or {}
    if said:
        choices = " 或 ".join(map(str, context.get("permitted", ())))
        return f"{name} 的值不对：{said.format(**context, choices=choices)}"
    return f"{name} 的值不对：{error['msg']}"


_MEANING = {
    "type_error.integer": "要写整数",
    "value_error.number.not_ge": "不能小于 {limit_value}",
    "value_error.number.not_le": "不能大于 {limit_value}",
    "value_error.const": "只能是 {choices}",
    "value_error.datetime": "请写成 2026-11-23T09:00:00+08:00",
}
