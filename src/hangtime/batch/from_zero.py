"""Rows are numbered from 0: compiled code does not ask whether an index counts from the end.

Python's negative index is looked for at every access to a table, which took an eighth of the time.
No rule uses one: a test compiles all of them so that each access asks whether it is in its table.
"""

# numba has no type stubs; nothing untyped leaves this package.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
# pyright: reportAttributeAccessIssue=false, reportUntypedClassDecorator=false
from __future__ import annotations

from typing import Any

from numba.core import ir, types
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import FunctionPass, register_pass
from numba.core.typed_passes import NopythonRewrites


@register_pass(mutates_CFG=False, analysis_only=False)
class IndexFromZero(FunctionPass):
    """Takes every whole number that chooses a row for one without a sign."""

    _name = "index_from_zero"

    def __init__(self) -> None:
        super().__init__()

    def run_pass(self, state: Any) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Change what was inferred of each access; numba casts the index accordingly."""
        accesses = [
            access
            for block in state.func_ir.blocks.values()
            for statement in block.body
            if (access := _access_of(statement)) is not None
        ]
        for access in accesses:
            signature = state.calltypes[access]
            table, index, *value = signature.args
            if isinstance(table, types.Array) and isinstance(index, types.Integer) and index.signed:
                arguments = (table, types.uintp, *value)
                del state.calltypes[access]  # it takes no key twice
                state.calltypes[access] = signature.replace(args=arguments)
        return bool(accesses)


class FromZero(CompilerBase):
    """Numba's own pipeline with that one step more."""

    def define_pipelines(self) -> list[Any]:
        """The steps of compiling."""
        steps = DefaultPassBuilder.define_nopython_pipeline(self.state)
        steps.add_pass_after(IndexFromZero, NopythonRewrites)
        steps.finalize()
        return [steps]


def _access_of(statement: Any) -> Any:
    """What reads or writes a row by a number that is not known beforehand; None for all else."""
    if isinstance(statement, ir.SetItem):
        return statement
    if isinstance(statement, ir.Assign) and isinstance(statement.value, ir.Expr):
        return statement.value if statement.value.op == "getitem" else None
    return None
