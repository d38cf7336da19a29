"""Mixed-integer programs over services, solved by HiGHS. Money is fen, but yuan beside HiGHS.

A module imports only those above it in this list.

- `params`: how large the programs are, and where they stop
- `highs`: LPs and MIPs given as arrays, solved by HiGHS; nobody else knows it
- `heuristic_pricing`: services worth opening at given prices
- `linked_blocks`: what a block may take of those whom pins link, since programs know of pins
- `candidates`: the services of a kernel, and their copies for linked people
- `kernel`: the candidates of a block, and what a solution of their program means
- `idle_rows`: the rows by which no stop is idle
- `row_matrix`: rows of a program, gathered
- `pin_rows`: those by which pins are obeyed
- `formulation`: the program over a kernel: LP and MIP
- `kernel_search`: a block remade: candidates by pricing, then the MIP over the best
- `cutting_stock`: few services, many coaches, large parties: columns are whole coach loads
- `whole_problem`: a small problem as one program, its bound a bound for the problem
"""
