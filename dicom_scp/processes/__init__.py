"""Several processes behind one listener, so that every processor works: the interpreter's lock lets one run at a time.

``supervisor`` forks the workers, answers the health port for them and ends with them; ``worker`` is what each of them
does; ``worker_link`` carries the questions and reports between them; ``merged_metrics`` adds their figures up;
``process_lock`` keeps them apart where they share memory.
"""
