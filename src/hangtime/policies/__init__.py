"""Judgement as choices: the switches authorities disagree on, and a profile for each payer."""
