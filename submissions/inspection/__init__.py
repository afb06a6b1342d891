"""Is this PDF fit to be kept and shown? Read in a child process with limits, judged by pure rules.

    verdicts   facts → verdict, class, reason, the sentence the sender reads      pure
    graph      which objects the trailer reaches, what they can do                pure
    reader     bytes → facts (pikepdf)                                            runs in the child only
    stamps     bytes → a state-secret stamp in the text                           runs in the child only
    preflight  how the pages look: upside down, dark, unsigned                    runs in the child only
    scans      codes on the pages of a long scan, slices of it                    runs in the child only
    rendering  page → image and hints (pypdfium2)                                 runs in the child only
    sandbox    what the child may not do                                          runs in the child only
    helper     the process that forks one child per file                          own process
    runner     asks the helper, keeps time, starts it anew                        in web and worker

Not here: the queue of contents to inspect (`submissions.services`), the store (`vault`).
"""
