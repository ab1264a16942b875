// What the files of the shim share: the barrier that no C++ exception passes, and the way in and out of a tensor handle.
#pragma once
#include "medanomaly_torch.h"
#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>
#include <cxxabi.h>
#include <new>
#include <string>
#include <vector>

namespace mt {

void fail(const char* message) noexcept;
std::string current_exception_name();

template <class F> int guard(F&& body) noexcept {
    try {
        body();
        return 0;
    } catch (const c10::Error& e) {
        fail(e.what_without_backtrace());
    } catch (const std::bad_alloc&) {
        fail("out of memory in native code (std::bad_alloc)");
    } catch (const std::exception& e) {
        fail(e.what());
    } catch (...) {
        // Something that is no std::exception (a thrown int, say). Its type is all that can be told of it.
        try {
            fail(("a C++ exception of type '" + current_exception_name() + "'").c_str());
        } catch (...) {
            fail("a C++ exception of unknown type");
        }
    }
    return 1;
}

// Adds a reference for the life of the at::Tensor. A null handle is the undefined tensor.
inline at::Tensor borrow(const void* handle) {
    using Pointer = c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>;
    if (!handle) return {};
    return at::Tensor(Pointer::reclaim_copy(static_cast<at::TensorImpl*>(const_cast<void*>(handle))));
}

// Moves one reference out to the caller; the undefined tensor becomes a null handle.
void* own(at::Tensor&& tensor);

std::vector<at::Tensor> borrow_all(void* const* handles, int count);

// OpenBLAS runs with one thread, because its threads and torch's fight over the cores when torch calls it from inside a
// parallel region (a convolution is then four times slower). This raises it for the life of one large matrix product.
class ManyBlasThreads {
public:
    explicit ManyBlasThreads(bool wanted);
    ~ManyBlasThreads();
    ManyBlasThreads(const ManyBlasThreads&) = delete;
    ManyBlasThreads& operator=(const ManyBlasThreads&) = delete;
private:
    bool raised;
};

}
