"""The letters about invitations, one handler each."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.delivery import Kind
from portal.domain.errors import NotFound, NotNeeded
from portal.domain.links import Links
from portal.gateways.deadline import Deadline
from portal.gateways.mail import Letter, Mailer
from portal.models.session import reading
from portal.records import invitations
from portal.records.outbox import Handler


@dataclass(frozen=True)
class InvitationMail:
    """Makes the handlers."""

    mailer: Mailer
    links: Links

    def handlers(self) -> dict[Kind, Handler]:
        """One handler for each kind about invitations."""
        return {
            Kind.INVITATION_PROOF: Handler(self._proof),
            Kind.INVITATION: Handler(self._invitation),
            Kind.INVITATION_TAKEN_UP: Handler(self._taken_up),
        }

    def _proof(self, registrant_id: int, key: str, deadline: Deadline) -> None:
        """To who invites, at an address that is not proved: nothing that was typed stands in it."""
        with reading() as session:
            try:
                registrant = invitations.get_registrant(session, registrant_id)
            except NotFound:
                raise NotNeeded("it is gone") from None
            count = len(invitations.list_of(session, registrant))
        link = self.links.page(self.links.others_path(registrant.key, registrant.invited_at))
        self.mailer.send(Letter("invitation_proof", registrant.email, key, {"link": link, "count": count}), deadline)

    def _invitation(self, invitation_id: int, key: str, deadline: Deadline) -> None:
        """To the invited person, who is told first who gave their name and address."""
        with reading() as session:
            try:
                invitation = invitations.get(session, invitation_id)
            except NotFound:
                raise NotNeeded("it is gone") from None
        if invitation.email is None:
            raise NotNeeded("it is answered")
        registrant = invitation.registrant
        link = self.links.invitation_page(invitation.key, registrant.invited_at)
        context = {"registrant": registrant, "link": link}
        self.mailer.send(Letter("invitation", invitation.email, key, context), deadline)

    def _taken_up(self, invitation_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            try:
                registrant = invitations.get(session, invitation_id).registrant
            except NotFound:
                raise NotNeeded("it is gone") from None
        link = self.links.page(self.links.others_path(registrant.key, registrant.invited_at))
        context = {"registrant": registrant, "link": link}
        letter = Letter("invitation_taken_up", registrant.email, key, context, to_name=registrant.full_name)
        self.mailer.send(letter, deadline)
