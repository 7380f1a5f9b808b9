"""The options of sync commands with the credentials of a source. Secrets are in files, not in the arguments."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.cli.exit_codes import FileError

TokenFile = Annotated[Path | None, typer.Option(help="File with an access token.")]
ClientId = Annotated[str | None, typer.Option(help="Client id of an app of the shop.")]
ClientSecretFile = Annotated[Path | None, typer.Option(help="File with the client secret of the app.")]
RefreshTokenFile = Annotated[
    Path | None, typer.Option(help="File with a refresh token, for a public app whose tokens expire.")
]
KeyFile = Annotated[Path | None, typer.Option(help="File with an API key of the owner of the site at Wix.")]


@dataclass(frozen=True, slots=True)
class Credentials:
    """The options with the credentials of a Shopify source."""

    token_file: Path | None
    client_id: str | None
    client_secret_file: Path | None
    refresh_token_file: Path | None

    def read(self, option: str) -> UntypedJson:
        """The credentials as a sync stores them. Raises BadParameter for `option` if they are incomplete, and
        FileError."""
        found: UntypedJson = {}
        if self.token_file is not None:
            found["access_token"] = secret_in(self.token_file)
        if self.client_id is not None:
            if self.client_secret_file is None:
                raise typer.BadParameter("needs --client-secret-file", param_hint="--client-id")
            found |= {"client_id": self.client_id, "client_secret": secret_in(self.client_secret_file)}
        if self.refresh_token_file is not None:
            found["refresh_token"] = secret_in(self.refresh_token_file)
        if self.client_id is None and "access_token" not in found:
            raise typer.BadParameter("needs --token-file, or --client-id and --client-secret-file", param_hint=option)
        return found


def secret_in(file: Path) -> str:
    """The text of a file with a secret. Raises FileError."""
    try:
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise FileError(f"{file} cannot be read: {getattr(problem, 'strerror', None) or problem}") from None
    if not text or "\n" in text:
        raise FileError(f"{file} must contain one line with the secret")
    return text
