"""Drafts and their views: which team, types and trackers a form offers, and what it knows already."""

import asyncio
from collections.abc import Mapping
from typing import Any

from bot import log
from bot.domain.answers import TITLE
from bot.domain.request import Draft
from bot.domain.template import RequestType
from bot.slack.views.fit import fitting
from bot.slack.views.form import Form, form_view
from bot.slack.views.pages import page_of
from bot.usecases.judge_answers import in_words, judged, own_words, suggestions
from bot.usecases.ports import Store, Team, Teams, Trackers
from bot.usecases.submit_request import tracker_for

PATIENCE = 0.5
"""Seconds that opening a form waits for our own store; a form without the offer to continue beats none."""

logger = log.get(__name__)


class Forms:
    """Makes the view of a form."""

    def __init__(self, teams: Teams, trackers: Trackers, store: Store) -> None:
        self._teams = teams
        self._trackers = trackers
        self._store = store

    async def begin(self, draft: Draft, *, offer_resume: bool = True) -> tuple[Draft, Draft | None]:
        """The draft with its team filled in, and a half-filled form to offer again."""
        here = self._teams.of_channel(draft.channel)
        last, offer = "", None
        try:
            async with asyncio.timeout(PATIENCE):
                if not (here or draft.team):
                    last = await self._store.last_team(draft.slack_team, draft.user) or ""
                if offer_resume and not draft.answers:
                    offer = await self._store.latest_draft(draft.slack_team, draft.user)
        except Exception as error:  # noqa: BLE001 - a form without the offer to continue beats none
            logger.warning("no offer to continue", reason=type(error).__name__)
        team = here or self._teams.get(draft.team) or self._usual(draft, last)
        return self._with_only_type(draft.model_copy(update={"team": team.id})), offer

    def _usual(self, draft: Draft, last: str) -> Team:
        """The person's last team, or the first one; among those that take requests of the draft's type, if any do."""
        every = sorted(self._teams.all(), key=lambda team: team.id != last)
        taking = (team for team in every if self.offers(draft.model_copy(update={"team": team.id})))
        return next(taking, every[0])

    def admitting(self, draft: Draft) -> Draft | None:
        """The draft for a guest, with a team that takes requests of guests; None if there is none to choose."""
        here = self._teams.of_channel(draft.channel)
        open_to = [team for team in ([here] if here else self._teams.all()) if team.guests == "allow"]
        if not open_to:
            return None
        team = next((team for team in open_to if team.id == draft.team), open_to[0])
        return self._with_only_type(draft.model_copy(update={"team": team.id}))

    async def view(
        self,
        draft: Draft,
        problems: Mapping[str, str] | None = None,
        resume: Draft | None = None,
        suggested: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """The modal with the answers of a draft."""
        team = self._teams.get(draft.team) or self._teams.all()[0]
        request_type = await self.request_type(draft)
        if request_type and problems:
            page = 0 if TITLE in problems else page_of(request_type, draft.answers, set(problems))
            draft = draft.model_copy(update={"page": page})
        here = self._teams.of_channel(draft.channel)
        form = Form(
            draft=self._with_tracker(draft, request_type, team),
            request_type=request_type,
            request_types=tuple((kind.key, kind.name, kind.description) for kind in self._teams.request_types(team)),
            teams=self._team_choices(here),
            trackers=self._tracker_choices(request_type, team),
            problems=problems or {},
            suggested=suggested or {},
            announce_in="" if here else team.channel,
            resume=resume,
        )
        return form_view(form)

    async def improvable(self, draft: Draft) -> dict[str, Any]:
        """The modal at the first answer that could be better, each with what may come back below it."""
        request_type = await self.request_type(draft)
        if request_type is None:
            return await self.view(draft)
        team = self._teams.get(draft.team)
        gaps = suggestions(judged(team, request_type, fitting(request_type, draft.answers)), own_words(draft))
        page = page_of(request_type, draft.answers, {gap.section for gap in gaps}) if gaps else draft.page
        notes = {gap.section: in_words(gap) for gap in reversed(gaps)}
        return await self.view(draft.model_copy(update={"page": page}), suggested=notes)

    async def request_type(self, draft: Draft) -> RequestType | None:
        """The version of the request type that this draft was begun with; the present one for a new draft."""
        if not draft.request_type:
            return None
        present = self._teams.request_type(draft.request_type)
        if present and draft.template_hash in {"", present.hash}:
            return present
        return await self._store.template(draft.template_hash) or present

    def with_type(self, draft: Draft, key: str) -> Draft:
        """The draft as one of another request type; every answer is kept for the way back."""
        kind = self._teams.request_type(key)
        if kind is None:
            return draft
        return draft.model_copy(update={"request_type": kind.key, "template_hash": kind.hash, "page": 0})

    def offers(self, draft: Draft) -> bool:
        """Whether the draft's team takes requests of its type, or of the one that this type has become."""
        team = self._teams.get(draft.team)
        kind = self._teams.request_type(draft.request_type)
        return team is None or kind is None or kind.key in {known.key for known in self._teams.request_types(team)}

    def _with_only_type(self, draft: Draft) -> Draft:
        """Where there is nothing to choose, it is chosen."""
        kinds = self._teams.request_types(self._teams.get(draft.team))
        return self.with_type(draft, kinds[0].key) if len(kinds) == 1 and not draft.request_type else draft

    def _with_tracker(self, draft: Draft, request_type: RequestType | None, team: Team) -> Draft:
        """Where the person may choose the tracker, the usual one is chosen at first."""
        if request_type is None or not request_type.tracker.ask:
            return draft
        return draft.model_copy(update={"tracker": tracker_for(request_type, team, draft.tracker)})

    def _team_choices(self, here: Team | None) -> tuple[tuple[str, str], ...]:
        teams = self._teams.all()
        return () if here or len(teams) < 2 else tuple((team.id, team.name) for team in teams)

    def _tracker_choices(self, request_type: RequestType | None, team: Team) -> tuple[tuple[str, str], ...]:
        if request_type is None or not request_type.tracker.ask or len(team.trackers) < 2:
            return ()
        return tuple((name, self._trackers.title(name)) for name in team.trackers)
