"""Enquiries are found as trainees are: without accents, with plain apostrophes."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "003"
down_revision = "002"
branch_labels = None
depends_on = None

SEARCHED = ("reference", "full_name", "email", "organisation")


def _plain(*parts: str) -> str:
    bare = unicodedata.normalize("NFKD", " ".join(parts)).replace("’", "'")
    letters = "".join(letter for letter in bare.casefold() if unicodedata.category(letter) not in ("Mn", "Cc", "Cs"))
    return " ".join(letters.split())


def _folded(*parts: str) -> str:
    return " ".join(unicodedata.normalize("NFC", part).casefold() for part in parts)


def _rewrite(fold) -> None:
    enquiry = sa.table("enquiry", *(sa.column(name) for name in ("id", "search_text", "removed_at", *SEARCHED)))
    bind = op.get_bind()
    for row in bind.execute(sa.select(enquiry).where(enquiry.c.removed_at.is_(None))).mappings().all():
        text = fold(*(row[name] for name in SEARCHED if row[name]))
        bind.execute(sa.update(enquiry).where(enquiry.c.id == row["id"]).values(search_text=text))


def upgrade() -> None:
    _rewrite(_plain)


def downgrade() -> None:
    _rewrite(_folded)
