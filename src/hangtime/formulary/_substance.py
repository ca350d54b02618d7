"""What the formulary says of one ingredient."""

from __future__ import annotations

from dataclasses import dataclass

from hangtime.rules.words import Category, Known, Vaccine


@dataclass(frozen=True, slots=True)
class Substance:
    """One ingredient.

    `is_pushable`: it may be given by push.  `is_toxic`: its labelling asks for hydration.
    `administration_code`: the code of a product whose administration has its own, else "".
    `complex_when_injected`: whether a biologic under the skin or into muscle is complex.
    `in_fluid`: what it is called as an additive of a fluid whose aim decides, else "".
    `hcpcs`: product codes.  `source`: key of the source of its class (see the table's header).
    `minutes`: usual minutes of an infusion ("30", "30-60"), `continuous`, `push`, or "".
    `monitoring`: whether someone is expected to watch the patient while it runs.
    """

    name: str
    category: Category
    is_hormonal: bool = False
    is_pushable: Known = Known.UNKNOWN
    is_toxic: bool = False
    is_thrombolytic: bool = False
    vaccine: Vaccine = Vaccine.UNKNOWN
    administration_code: str = ""
    complex_when_injected: Known = Known.UNKNOWN
    hcpcs: tuple[str, ...] = ()
    in_fluid: str = ""
    source: str = ""
    minutes: str = ""
    minutes_source: str = ""
    monitoring: Known = Known.UNKNOWN
    monitoring_source: str = ""
