// Errors, versions, threads, modes, seeds and devices.
#include "internal.h"
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/core/Generator.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/cuda.h>
#include <torch/version.h>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <mutex>
#include <stdexcept>

namespace mt {

static thread_local std::string error;

void fail(const char* message) noexcept {
    try {
        error = message;
    } catch (...) {
        error.clear();
    }
}

std::string current_exception_name() {
    const std::type_info* type = abi::__cxa_current_exception_type();
    if (!type) return "unknown";
    int status = 0;
    char* name = abi::__cxa_demangle(type->name(), nullptr, nullptr, &status);
    std::string result = status == 0 ? name : type->name();
    free(name);
    return result;
}

static char* copy(const std::string& text) {
    char* result = strdup(text.c_str());
    if (!result) throw std::bad_alloc();
    return result;
}

using SetThreads = void (*)(int);
using GetThreads = int (*)();
static SetThreads openblas_set = nullptr;
static std::mutex blas_mutex;
static int blas_raised = 0;

ManyBlasThreads::ManyBlasThreads(bool wanted) : raised(wanted && openblas_set) {
    if (!raised) return;
    std::lock_guard<std::mutex> lock(blas_mutex);
    if (blas_raised++ == 0) openblas_set(at::get_num_threads());
}

ManyBlasThreads::~ManyBlasThreads() {
    if (!raised) return;
    std::lock_guard<std::mutex> lock(blas_mutex);
    if (--blas_raised == 0) openblas_set(1);
}

static at::Generator& generator(void* handle) { return *static_cast<at::Generator*>(handle); }

}

using namespace mt;

// Read from the file, not by a call: the library may not load at all when libtorch is another version.
extern "C" __attribute__((visibility("default"), used)) const char mt_built_version[] = "medanomaly_torch built against libtorch " TORCH_VERSION;

const char* mt_error() { return error.c_str(); }

int mt_configuration(char** out) {
    return guard([&] { *out = copy(at::show_config()); });
}

int mt_initialize(int cores) {
    return guard([&] {
        if (cores > 0 && !getenv("OMP_NUM_THREADS") && !getenv("MKL_NUM_THREADS")) at::set_num_threads(cores);
        if (!getenv("OPENBLAS_NUM_THREADS")) {
            openblas_set = reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"));
            if (openblas_set) openblas_set(1);
        }
    });
}

int mt_get_num_threads() { return at::get_num_threads(); }

int mt_set_num_threads(int n) {
    return guard([&] {
        at::set_num_threads(n);
        // Where torch's own backend drives OpenBLAS the call above has raised it too.
        std::lock_guard<std::mutex> lock(blas_mutex);
        if (openblas_set && blas_raised == 0) openblas_set(1);
    });
}

int mt_get_num_interop_threads() { return at::get_num_interop_threads(); }

int mt_set_num_interop_threads(int n) {
    return guard([&] { at::set_num_interop_threads(n); });
}

int mt_blas_threads() {
    auto get = reinterpret_cast<GetThreads>(dlsym(RTLD_DEFAULT, "openblas_get_num_threads"));
    return get ? get() : 0;
}

const char* mt_blas_kernels() {
    auto get = reinterpret_cast<const char* (*)()>(dlsym(RTLD_DEFAULT, "openblas_get_corename"));
    return get ? get() : nullptr;
}

int mt_grad_mode(int enabled) {
    const bool was = c10::GradMode::is_enabled();
    if (enabled >= 0) c10::GradMode::set_enabled(enabled != 0);
    return was;
}

int mt_inference_mode_enabled() { return c10::InferenceMode::is_enabled(); }

int mt_inference_mode_enter(int enabled, void** out) {
    return guard([&] { *out = new c10::InferenceMode(enabled != 0); });
}

void mt_inference_mode_exit(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }

int mt_deterministic(int enabled, int warn_only) {
    auto& context = at::globalContext();
    if (enabled >= 0) context.setDeterministicAlgorithms(enabled != 0, warn_only != 0);
    return (context.deterministicAlgorithms() ? 1 : 0) | (context.deterministicAlgorithmsWarnOnly() ? 2 : 0);
}

int mt_cuda_device_count() {
    int count = 0;
    guard([&] { count = static_cast<int>(torch::cuda::device_count()); });
    return count;
}

int mt_cuda_has_cudnn() {
    int has = 0;
    guard([&] { has = torch::cuda::cudnn_is_available(); });
    return has;
}

int mt_cuda_synchronize(int64_t index) {
    return guard([&] { torch::cuda::synchronize(index); });
}

int mt_manual_seed(int64_t seed) {
    return guard([&] { at::manual_seed(static_cast<uint64_t>(seed)); });
}

int mt_generator_default(int device_type, int device_index, void** out) {
    return guard([&] {
        const at::Device device(static_cast<at::DeviceType>(device_type), static_cast<at::DeviceIndex>(device_index));
        *out = new at::Generator(at::globalContext().defaultGenerator(device));
    });
}

int mt_generator_new(int64_t seed, int device_type, int device_index, void** out) {
    return guard([&] {
        const at::Device device(static_cast<at::DeviceType>(device_type), static_cast<at::DeviceIndex>(device_index));
        // A clone of the default one is a generator of the right kind without linking that device's library.
        at::Generator made = at::globalContext().defaultGenerator(device).clone();
        made.set_current_seed(static_cast<uint64_t>(seed));
        *out = new at::Generator(std::move(made));
    });
}

void mt_generator_free(void* handle) { delete static_cast<at::Generator*>(handle); }

int mt_generator_seed(void* handle, int64_t seed) {
    return guard([&] {
        std::lock_guard<std::mutex> lock(generator(handle).mutex());
        generator(handle).set_current_seed(static_cast<uint64_t>(seed));
    });
}

int64_t mt_generator_current_seed(void* handle) { return static_cast<int64_t>(generator(handle).current_seed()); }

int mt_generator_get_state(void* handle, void** out) {
    return guard([&] {
        std::lock_guard<std::mutex> lock(generator(handle).mutex());
        *out = own(generator(handle).get_state());
    });
}

int mt_generator_set_state(void* handle, void* state) {
    return guard([&] {
        std::lock_guard<std::mutex> lock(generator(handle).mutex());
        generator(handle).set_state(borrow(state));
    });
}

// Throws what the tests ask for, so that they can show that it arrives as a managed exception and the process lives.
int mt_throw(int kind) {
    return guard([&] {
        switch (kind) {
            case 0: throw std::bad_alloc();
            case 1: throw std::logic_error("a logic error, thrown on purpose");
            case 2: throw 42;
            default: TORCH_CHECK(false, "a torch error, thrown on purpose");
        }
    });
}

void mt_free_array(void* p) { free(p); }
