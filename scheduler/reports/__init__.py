"""Plan and problem -> neutral documents -> xlsx, pdf, html, csv: what each hand holds on the day.

`people` joins the plan to the roster, `readers` says who may see what, `run_pack` and `lists` lay out documents, and
`xlsx`, `pdf`, `html` write them. Nothing here decides anything about the plan.
"""
