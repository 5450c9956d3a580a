"""What can be said about the tracker in memory: in the environment, by a team, by a template."""

from pydantic import BaseModel, ConfigDict, Field

from adapters.environment import TrackerEnvironment


class MemoryEnvironment(TrackerEnvironment):
    """There is nothing to set; `MEMORY_TRACKER=1` switches it on, for trying things out."""

    memory_tracker: bool = Field(False, description="Switches the tracker in memory on.")

    def missing(self) -> tuple[str, ...]:
        """The switch, unless it is on."""
        return () if self.memory_tracker else ("MEMORY_TRACKER",)


class MemoryTeam(BaseModel):
    """What a team says about it."""

    model_config = ConfigDict(extra="forbid")

    project: str = Field("MEM", description="What keys start with.")
    scope: tuple[str, ...] = Field(
        (), description="Tickets with any of these labels are the team's beside its requests."
    )
    estimate_field: str = Field("", description="The field that holds the estimate; by default the ticket's own.")


class MemoryTemplate(BaseModel):
    """What a template says about it: names of custom fields, by the id of the template's field."""

    model_config = ConfigDict(extra="forbid")

    project: str = Field("", description="Instead of the team's.")
    fields: dict[str, str] = Field({}, description="The id of a question → the name that its answer is kept under.")
