// Tensor handles: life, description, memory, indexing.
#include "internal.h"
#include <ATen/TensorIndexing.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <torch/version.h>
#include <atomic>
#include <cstring>

namespace mt {

static std::atomic<int64_t> live{0};

void* own(at::Tensor&& tensor) {
    if (!tensor.defined()) return nullptr;
    live.fetch_add(1, std::memory_order_relaxed);
    return tensor.unsafeReleaseTensorImpl();
}

std::vector<at::Tensor> borrow_all(void* const* handles, int count) {
    std::vector<at::Tensor> tensors;
    tensors.reserve(count);
    for (int i = 0; i < count; i++) tensors.push_back(borrow(handles[i]));
    return tensors;
}

#if TORCH_VERSION_MAJOR < 2
using Bound = int64_t;
#else
using Bound = c10::SymInt;
#endif

static c10::optional<Bound> bound(int64_t value) {
    return value == MT_ABSENT ? c10::optional<Bound>() : c10::optional<Bound>(Bound(value));
}

static std::vector<at::indexing::TensorIndex> index_expression(const MtIndex* indices, int count) {
    std::vector<at::indexing::TensorIndex> expression;
    expression.reserve(count);
    for (int i = 0; i < count; i++) {
        const MtIndex& index = indices[i];
        switch (index.kind) {
            case MT_INDEX_NONE: expression.emplace_back(at::indexing::None); break;
            case MT_INDEX_ELLIPSIS: expression.emplace_back(at::indexing::Ellipsis); break;
            case MT_INDEX_INTEGER: expression.emplace_back(static_cast<int64_t>(index.start)); break;
            case MT_INDEX_BOOLEAN: expression.emplace_back(index.start != 0); break;
            case MT_INDEX_SLICE:
                expression.emplace_back(at::indexing::Slice(bound(index.start), bound(index.stop), bound(index.step)));
                break;
            case MT_INDEX_TENSOR: expression.emplace_back(borrow(index.tensor)); break;
            default: TORCH_CHECK(false, "unknown kind of index: ", index.kind);
        }
    }
    return expression;
}

}

using namespace mt;

void mt_free(void* handle) {
    if (!handle) return;
    live.fetch_sub(1, std::memory_order_relaxed);
    // Dropping the last reference runs deleters, ours among them (mt_from_blob).
    guard([&] { c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::reclaim(static_cast<at::TensorImpl*>(handle)); });
}

int64_t mt_live() { return live.load(); }

int mt_retain(void* handle, void** out) {
    return guard([&] { *out = own(borrow(handle)); });
}

int mt_info(void* handle, MtInfo* info, int64_t* sizes, int64_t* strides, int capacity) {
    return guard([&] {
        const at::Tensor tensor = borrow(handle);
        const bool strided = tensor.layout() == c10::kStrided;
        info->numel = tensor.numel();
        info->storage_offset = strided ? tensor.storage_offset() : 0;
        info->element_size = static_cast<int64_t>(tensor.element_size());
        info->dimensions = static_cast<int32_t>(tensor.dim());
        info->dtype = static_cast<int32_t>(tensor.scalar_type());
        info->device_type = static_cast<int32_t>(tensor.device().type());
        info->device_index = tensor.device().index();
        info->requires_grad = tensor.requires_grad();
        info->is_leaf = tensor.is_leaf();
        info->is_strided = strided;
        info->is_contiguous = strided && tensor.is_contiguous();
        for (int i = 0; i < info->dimensions && i < capacity; i++) {
            if (sizes) sizes[i] = tensor.size(i);
            if (strides && strided) strides[i] = tensor.stride(i);
        }
    });
}

int mt_data(void* handle, void** out) {
    return guard([&] { *out = borrow(handle).data_ptr(); });
}

int mt_from_data(const void* data, int dtype, const int64_t* sizes, int dimensions, void** out) {
    return guard([&] {
        at::Tensor tensor = at::empty(at::IntArrayRef(sizes, dimensions), at::TensorOptions(static_cast<at::ScalarType>(dtype)));
        if (tensor.numel() > 0) memcpy(tensor.data_ptr(), data, tensor.nbytes());
        *out = own(std::move(tensor));
    });
}

int mt_from_blob(void* data, int dtype, const int64_t* sizes, int dimensions, void (*release)(void*), void* context, void** out) {
    return guard([&] {
        *out = own(at::from_blob(data, at::IntArrayRef(sizes, dimensions), [release, context](void*) { release(context); },
            at::TensorOptions(static_cast<at::ScalarType>(dtype))));
    });
}

int mt_copy_out(void* handle, void* destination, int64_t bytes) {
    return guard([&] {
        const at::NoGradGuard no_grad;
        const at::Tensor tensor = borrow(handle).detach().to(at::kCPU).contiguous();
        TORCH_CHECK(static_cast<int64_t>(tensor.nbytes()) == bytes, "the tensor has ", tensor.nbytes(), " bytes, the buffer ", bytes);
        if (bytes > 0) memcpy(destination, tensor.data_ptr(), bytes);
    });
}

int mt_index(void* handle, const MtIndex* indices, int count, void** out) {
    return guard([&] { *out = own(borrow(handle).index(index_expression(indices, count))); });
}

int mt_index_put(void* handle, const MtIndex* indices, int count, void* value) {
    return guard([&] { borrow(handle).index_put_(index_expression(indices, count), borrow(value)); });
}
