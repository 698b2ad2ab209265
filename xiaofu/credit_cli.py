"""The commands `xiaofu credit …`: decided cases for the district's credit base."""

from __future__ import annotations

import os
from pathlib import Path

import click

from xiaofu.services import services


@click.group()
def credit() -> None:
    """信用承诺：把认定不实的报送区信用库。"""


@credit.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_records(file: Path) -> None:
    """把认定不实的写进一个文件，一行一件，带签名；再导出一次，写过的一个字节也不变。"""
    whole = services()
    lines = whole.promises.export(whole.now())
    # written aside and put in place whole: whoever reads FILE never finds half a record
    aside = file.with_name(f"{file.name}.{os.getpid()}.part")
    aside.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    aside.replace(file)
    click.echo(f"共 {len(lines)} 件，写在 {file}")


@credit.command("key")
def public_key() -> None:
    """打印验签用的公钥（Ed25519，Base64），交给收文件的一方。"""
    signer = services().promises.signer
    click.echo(f"{signer.key_id} {signer.public}")
