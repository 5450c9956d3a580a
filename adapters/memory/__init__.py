"""The tracker in memory."""

from adapters.memory.settings import MemoryEnvironment, MemoryTeam, MemoryTemplate
from adapters.memory.tracker import PAGE, MemoryTracker, read_payload

__all__ = ["PAGE", "MemoryEnvironment", "MemoryTeam", "MemoryTemplate", "MemoryTracker", "read_payload"]
