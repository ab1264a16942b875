// Gradients: leaves, the engine's backward pass, and gradients of gradients.
#include "internal.h"
#include <torch/csrc/autograd/autograd.h>

using namespace mt;

int mt_set_requires_grad(void* handle, int enabled) {
    return guard([&] { borrow(handle).set_requires_grad(enabled != 0); });
}

int mt_retain_grad(void* handle) {
    return guard([&] { borrow(handle).retain_grad(); });
}

int mt_get_grad(void* handle, void** out) {
    return guard([&] {
        at::Tensor grad = borrow(handle).grad();
        *out = own(std::move(grad));
    });
}

int mt_set_grad(void* handle, void* grad) {
    return guard([&] { borrow(handle).mutable_grad() = borrow(grad); });
}

int mt_backward(void* const* tensors, int count, void* const* grads, int retain_graph, int create_graph, void* const* inputs, int inputs_count) {
    return guard([&] {
        torch::autograd::backward(borrow_all(tensors, count), grads ? borrow_all(grads, count) : std::vector<at::Tensor>(),
            retain_graph != 0, create_graph != 0, borrow_all(inputs, inputs_count));
    });
}

int mt_grad(void* const* outputs, int outputs_count, void* const* inputs, int inputs_count, void* const* grads,
    int retain_graph, int create_graph, int allow_unused, void** out) {
    return guard([&] {
        auto result = torch::autograd::grad(borrow_all(outputs, outputs_count), borrow_all(inputs, inputs_count),
            grads ? borrow_all(grads, outputs_count) : std::vector<at::Tensor>(), retain_graph != 0, create_graph != 0, allow_unused != 0);
        for (int i = 0; i < inputs_count; i++) out[i] = own(std::move(result[i]));
    });
}
