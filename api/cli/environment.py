"""The settings that the environment asks for, and the logs that they ask for."""

import logging
import os
import sys

import structlog

from catalog.settings import Settings, from_environment


def settings() -> Settings:
    """The settings of this process; its logs are set up as they say.

    Raises:
        BadSetting: a variable is unknown or has a bad value.
    """
    found = from_environment(os.environ)  # noqa: TID251 - the one place
    _set_up_logs(found)
    return found


def _set_up_logs(found: Settings) -> None:
    level = logging.getLevelNamesMapping().get(found.log_level.upper(), logging.INFO)
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if found.log_format.lower() == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_to_standard_error,
    )


def _to_standard_error(*_: object) -> structlog.PrintLogger:
    """A logger to what standard error is now; whoever redirects it has the logs redirected."""
    return structlog.PrintLogger(sys.stderr)
