"""Small PyTorch weight files, and what is in them: tests/golden/weights/. Run with Debian's python3 and torch."""
import json
import pathlib
import zipfile

import torch

OUT = pathlib.Path(__file__).with_suffix("")
torch.manual_seed(0)
TYPES = {torch.float32: "Float32", torch.float64: "Float64", torch.float16: "Float16", torch.bfloat16: "BFloat16", torch.int64: "Int64",
         torch.int32: "Int32", torch.uint8: "Byte", torch.bool: "Bool"}

base = torch.randn(5, 4)
module = torch.nn.Sequential(torch.nn.Conv2d(2, 3, 3), torch.nn.BatchNorm2d(3))
state = module.state_dict()  # its _metadata makes the pickle use BUILD
state["transposed"] = base.t()
state["view"] = base[1:3]  # shares the storage of "transposed"
state["half"] = torch.randn(3).half()
state["bfloat16"] = torch.randn(3).bfloat16()
state["double"] = torch.randn(2, 1, 2, dtype=torch.float64)
state["mask"] = torch.tensor([True, False, True])
state["bytes"] = torch.arange(4, dtype=torch.uint8)
state["scalar"] = torch.tensor(7, dtype=torch.int32)
state["empty"] = torch.zeros(0, 3)
state["parameter"] = torch.nn.Parameter(torch.randn(2, 2))

torch.save(state, OUT / "state.pth")
torch.save(state, OUT / "state-legacy.pth", _use_new_zipfile_serialization=False)
torch.save({"epoch": 3, "lr": 0.1, "arch": "tiny", "state_dict": state}, OUT / "checkpoint.pth")
torch.save(module, OUT / "module.pth")


def values(tensor):
    return (tensor.detach().float() if tensor.dtype != torch.float64 else tensor.detach()).flatten().tolist()


with open(OUT / "state.json", "w") as file:
    json.dump({"versions": {"torch": torch.__version__},
               "tensors": {name: {"type": TYPES[t.dtype], "shape": list(t.shape), "values": values(t)} for name, t in state.items()}}, file, indent=1)
print({p.name: p.stat().st_size for p in OUT.iterdir()})
