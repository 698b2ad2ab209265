"""The custom actions, run in the bot's own process instead of over HTTP."""

from __future__ import annotations

import json
from typing import Any

from rasa.core.utils import EndpointConfig
from rasa.utils.endpoints import ClientResponseError
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection


class InProcessActions(EndpointConfig):
    """An action endpoint that calls rasa_sdk's executor directly; Rasa notices no difference."""

    def __init__(self, package: str = "actions") -> None:
        super().__init__(url="inprocess://actions", enable_selective_domain=True)
        self._executor = ActionExecutor()
        self._executor.register_package(package)

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        try:
            return await self._executor.run(kwargs["json"])
        except ActionExecutionRejection as rejection:
            # a form lets go of a message: over HTTP the action server says so with a 400
            said = {"error": rejection.message, "action_name": rejection.action_name}
            raise ClientResponseError(400, rejection.message, json.dumps(said)) from rejection
