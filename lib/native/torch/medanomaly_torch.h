// The C ABI between lib/torch (C#) and libtorch. Every operator goes through one function, mt_call, by way of the boxed
// dispatcher; what no operator does (handles, autograd's engine, generators, threads) has a function of its own.
//
// A tensor handle is an at::TensorImpl* that owns one reference. Every function that can fail returns 0, or 1 after
// setting this thread's mt_error(). No C++ exception of any kind leaves the library.
#pragma once
#include <cstdint>

#define MT_EXPORT extern "C" __attribute__((visibility("default")))

// What an argument or a result holds. INT also carries dtype, layout and memory format; INT, DOUBLE and BOOL also carry
// a Scalar. DEFAULT takes the schema's default. DEVICE packs type | (index + 1) << 8. A TENSOR's length, in a result, is the
// kilobytes that it alone holds.
enum MtTag : int32_t {
    MT_NONE = 0, MT_TENSOR, MT_INT, MT_DOUBLE, MT_BOOL, MT_INTS, MT_DOUBLES, MT_BOOLS, MT_TENSORS, MT_DEVICE, MT_STRING,
    MT_GENERATOR, MT_DEFAULT, MT_OTHER
};

struct MtValue {
    int32_t tag;
    int32_t length;
    union { int64_t integer; double real; const void* pointer; };
};

struct MtInfo {
    int64_t numel, storage_offset, element_size;
    int32_t dimensions, dtype, device_type, device_index;
    int32_t requires_grad, is_leaf, is_contiguous, is_strided;
};

// One entry of an index expression: x[1], x[2:8:3], x[None], x[...], x[true], x[tensor]. A slice's missing bound is MT_ABSENT.
enum MtIndexKind : int32_t { MT_INDEX_NONE = 0, MT_INDEX_ELLIPSIS, MT_INDEX_INTEGER, MT_INDEX_BOOLEAN, MT_INDEX_SLICE, MT_INDEX_TENSOR };
constexpr int64_t MT_ABSENT = INT64_MIN;
struct MtIndex { int32_t kind, reserved; int64_t start, stop, step; void* tensor; };

// runtime.cpp
MT_EXPORT const char* mt_error();
MT_EXPORT int mt_configuration(char** out);
MT_EXPORT int mt_initialize(int cores);
MT_EXPORT int mt_get_num_threads();
MT_EXPORT int mt_set_num_threads(int n);
MT_EXPORT int mt_get_num_interop_threads();
MT_EXPORT int mt_set_num_interop_threads(int n);
MT_EXPORT int mt_blas_threads();
MT_EXPORT const char* mt_blas_kernels();
MT_EXPORT int mt_grad_mode(int enabled);
MT_EXPORT int mt_inference_mode_enabled();
MT_EXPORT int mt_inference_mode_enter(int enabled, void** out);
MT_EXPORT void mt_inference_mode_exit(void* guard);
MT_EXPORT int mt_deterministic(int enabled, int warn_only);
MT_EXPORT int mt_cuda_device_count();
MT_EXPORT int mt_cuda_has_cudnn();
MT_EXPORT int mt_cuda_synchronize(int64_t index);
MT_EXPORT int mt_manual_seed(int64_t seed);
MT_EXPORT int mt_generator_default(int device_type, int device_index, void** out);
MT_EXPORT int mt_generator_new(int64_t seed, int device_type, int device_index, void** out);
MT_EXPORT void mt_generator_free(void* generator);
MT_EXPORT int mt_generator_seed(void* generator, int64_t seed);
MT_EXPORT int64_t mt_generator_current_seed(void* generator);
MT_EXPORT int mt_generator_get_state(void* generator, void** out);
MT_EXPORT int mt_generator_set_state(void* generator, void* state);
MT_EXPORT int mt_throw(int kind);
MT_EXPORT void mt_free_array(void* p);

// dispatch.cpp
MT_EXPORT int mt_operator(const char* name, const char* overload, void** out);
MT_EXPORT int mt_operator_schema(void* op, char** out);
MT_EXPORT int mt_operator_names(char** out);
MT_EXPORT int mt_call(void* op, const MtValue* args, int count, MtValue* results, int capacity, int* produced);

// tensors.cpp
MT_EXPORT void mt_free(void* tensor);
MT_EXPORT int64_t mt_live();
MT_EXPORT int mt_retain(void* tensor, void** out);
MT_EXPORT int mt_info(void* tensor, MtInfo* info, int64_t* sizes, int64_t* strides, int capacity);
MT_EXPORT int mt_data(void* tensor, void** out);
MT_EXPORT int mt_from_data(const void* data, int dtype, const int64_t* sizes, int dimensions, void** out);
MT_EXPORT int mt_from_blob(void* data, int dtype, const int64_t* sizes, int dimensions, void (*release)(void*), void* context, void** out);
MT_EXPORT int mt_copy_out(void* tensor, void* destination, int64_t bytes);
MT_EXPORT int mt_index(void* tensor, const MtIndex* indices, int count, void** out);
MT_EXPORT int mt_index_put(void* tensor, const MtIndex* indices, int count, void* value);

// autograd.cpp
MT_EXPORT int mt_set_requires_grad(void* tensor, int enabled);
MT_EXPORT int mt_retain_grad(void* tensor);
MT_EXPORT int mt_get_grad(void* tensor, void** out);
MT_EXPORT int mt_set_grad(void* tensor, void* grad);
MT_EXPORT int mt_backward(void* const* tensors, int count, void* const* grads, int retain_graph, int create_graph, void* const* inputs, int inputs_count);
MT_EXPORT int mt_grad(void* const* outputs, int outputs_count, void* const* inputs, int inputs_count, void* const* grads,
    int retain_graph, int create_graph, int allow_unused, void** out);
