// Thread counts, default seeds and counts of live tensors belong to the process: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
