// Every operator of libtorch by name: arguments are coerced to what the schema asks for, results go out as values.
#include "internal.h"
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/Generator.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/stack.h>
#include <cstdlib>
#include <cstring>
#include <algorithm>
#include <cmath>
#include <sstream>
#include <unordered_set>

namespace mt {

using c10::TypeKind;

struct Parameter {
    TypeKind kind;         // without the optional around it
    TypeKind element;      // of a list
    bool optional, elements_optional, has_default;
    int32_t length;        // of a list such as int[2], else 0
    std::string name, type;
    c10::IValue fallback;
};

struct Operator {
    c10::OperatorHandle handle;
    std::string name;
    std::vector<Parameter> parameters;
    bool is_product;
};

// Operators whose time is one or more matrix products outside torch's own parallel regions.
static bool is_product(const std::string& name) {
    static const std::unordered_set<std::string> names = {
        "aten::mm", "aten::addmm", "aten::bmm", "aten::baddbmm", "aten::matmul", "aten::linear", "aten::mv", "aten::addmv",
        "aten::einsum", "aten::tensordot", "aten::cdist", "aten::_cdist_forward", "aten::addbmm", "aten::chain_matmul",
        "aten::linalg_svd", "aten::linalg_eigh", "aten::linalg_qr", "aten::linalg_cholesky", "aten::linalg_inv", "aten::linalg_solve",
        "aten::linalg_pinv", "aten::linalg_eigvalsh", "aten::linalg_svdvals", "aten::cholesky_solve", "aten::inverse"};
    return names.count(name) != 0;
}

// Below about 10 Gflop/s x 1 ms the threads cost more than they give.
constexpr double large_product = 1 << 26;

static double product_size(const MtValue* args, int count) {
    double size = 1;
    int found = 0;
    for (int i = 0; i < count && found < 2; i++) {
        if (args[i].tag == MT_TENSORS && args[i].length >= 1) return large_product;   // einsum: decided by what it is made of
        if (args[i].tag != MT_TENSOR || !args[i].pointer) continue;
        const auto* tensor = static_cast<const at::TensorImpl*>(args[i].pointer);
        if (found++ == 0) {
            size = static_cast<double>(tensor->numel());
        } else {
            int64_t widest = 1;
            for (const int64_t n : tensor->sizes()) widest = std::max(widest, n);
            return size * static_cast<double>(widest);
        }
    }
    // One operand (svd, inverse): about numel x side.
    return found == 1 ? size * std::sqrt(size) : 0;
}

static Parameter describe(const c10::Argument& argument) {
    Parameter p{};
    const c10::Type* type = argument.type().get();
    p.type = type->str();
    p.name = argument.name();
    if (type->kind() == TypeKind::OptionalType) {
        p.optional = true;
        type = type->containedTypes()[0].get();
    }
    p.kind = type->kind();
    if (p.kind == TypeKind::ListType) {
        const c10::Type* element = type->containedTypes()[0].get();
        if (element->kind() == TypeKind::OptionalType) {
            p.elements_optional = true;
            element = element->containedTypes()[0].get();
        }
        p.element = element->kind();
        if (argument.N()) p.length = *argument.N();
    }
    p.has_default = argument.default_value().has_value();
    if (p.has_default) p.fallback = *argument.default_value();
    else if (p.optional) p.has_default = true;   // None
    return p;
}

[[noreturn]] static void mismatch(const Operator& op, const Parameter& p, const MtValue& value) {
    static const char* const names[] = {"None", "Tensor", "int", "float", "bool", "int[]", "float[]", "bool[]", "Tensor[]", "Device",
        "str", "Generator", "default", "other"};
    const char* got = value.tag >= 0 && value.tag <= MT_OTHER ? names[value.tag] : "?";
    TORCH_CHECK(false, op.name, ": argument '", p.name, "' is ", p.type, ", got ", got);
    abort();
}

template <class T, class F> static c10::List<T> list(int count, F&& element) {
    c10::List<T> result;
    result.reserve(count);
    for (int i = 0; i < count; i++) result.push_back(element(i));
    return result;
}

static c10::IValue to_list(const Operator& op, const Parameter& p, const MtValue& v) {
    const auto* ints = static_cast<const int64_t*>(v.pointer);
    const auto* reals = static_cast<const double*>(v.pointer);
    const auto* bools = static_cast<const uint8_t*>(v.pointer);
    auto* const* handles = static_cast<void* const*>(v.pointer);
    const int repeated = std::max(p.length, 1);    // 3 for int[2] is [3, 3], as in Python
    switch (p.element) {
        case TypeKind::TensorType:
            if (v.tag != MT_TENSORS) break;
            if (p.elements_optional)
                return list<c10::optional<at::Tensor>>(v.length, [&](int i) {
                    return handles[i] ? c10::optional<at::Tensor>(borrow(handles[i])) : c10::optional<at::Tensor>();
                });
            return list<at::Tensor>(v.length, [&](int i) { return borrow(handles[i]); });
        case TypeKind::IntType:
            if (v.tag == MT_INTS) return list<int64_t>(v.length, [&](int i) { return ints[i]; });
            if (v.tag == MT_INT) return list<int64_t>(repeated, [&](int) { return v.integer; });
            break;
        case TypeKind::FloatType:
            if (v.tag == MT_DOUBLES) return list<double>(v.length, [&](int i) { return reals[i]; });
            if (v.tag == MT_INTS) return list<double>(v.length, [&](int i) { return static_cast<double>(ints[i]); });
            if (v.tag == MT_DOUBLE) return list<double>(repeated, [&](int) { return v.real; });
            if (v.tag == MT_INT) return list<double>(repeated, [&](int) { return static_cast<double>(v.integer); });
            break;
        case TypeKind::BoolType:
            if (v.tag == MT_BOOLS) return list<bool>(v.length, [&](int i) { return bools[i] != 0; });
            break;
        case TypeKind::NumberType:
            if (v.tag == MT_DOUBLES) return c10::impl::toList(list<at::Scalar>(v.length, [&](int i) { return at::Scalar(reals[i]); }));
            if (v.tag == MT_INTS) return c10::impl::toList(list<at::Scalar>(v.length, [&](int i) { return at::Scalar(ints[i]); }));
            break;
        default: break;
    }
    mismatch(op, p, v);
}

static c10::IValue to_ivalue(const Operator& op, const Parameter& p, const MtValue& v) {
    if (v.tag == MT_NONE || (v.tag == MT_TENSOR && !v.pointer)) {
        if (p.optional) return {};
        if (p.kind == TypeKind::TensorType) return at::Tensor();
        mismatch(op, p, v);
    }
    if (p.kind == TypeKind::ListType) return to_list(op, p, v);
    switch (p.kind) {
        case TypeKind::TensorType:
            if (v.tag == MT_TENSOR) return borrow(v.pointer);
            break;
        case TypeKind::IntType:
            if (v.tag == MT_INT || v.tag == MT_BOOL) return v.integer;
            break;
        case TypeKind::FloatType:
            if (v.tag == MT_DOUBLE) return v.real;
            if (v.tag == MT_INT) return static_cast<double>(v.integer);
            break;
        case TypeKind::BoolType:
            if (v.tag == MT_BOOL || v.tag == MT_INT) return v.integer != 0;
            break;
        case TypeKind::NumberType:
            if (v.tag == MT_INT) return v.integer;
            if (v.tag == MT_DOUBLE) return v.real;
            if (v.tag == MT_BOOL) return v.integer != 0;
            break;
        case TypeKind::StringType:
            if (v.tag == MT_STRING) return std::string(static_cast<const char*>(v.pointer), v.length);
            break;
        case TypeKind::DeviceObjType:
            if (v.tag == MT_DEVICE)
                return c10::Device(static_cast<c10::DeviceType>(v.integer & 0xff), static_cast<c10::DeviceIndex>((v.integer >> 8) - 1));
            break;
        case TypeKind::GeneratorType:
            if (v.tag == MT_GENERATOR) return *static_cast<const at::Generator*>(v.pointer);
            break;
        default: break;
    }
    mismatch(op, p, v);
}

template <class T> static T* array(size_t count) {
    auto* result = static_cast<T*>(malloc(sizeof(T) * (count + 1)));
    if (!result) throw std::bad_alloc();
    return result;
}

// The memory that this tensor alone holds, for the garbage collector's books: a view of another's memory holds none.
static int32_t own_kilobytes(const at::Tensor& tensor) {
    if (!tensor.defined() || !tensor.has_storage() || tensor.storage().use_count() != 1) return 0;
    return static_cast<int32_t>(std::min<size_t>(tensor.storage().nbytes() >> 10, INT32_MAX));
}

static void from_ivalue(c10::IValue&& v, MtValue& out) {
    out.tag = MT_NONE;
    out.length = 0;
    out.integer = 0;
    if (v.isTensor()) {
        at::Tensor tensor = std::move(v).toTensor();
        out.length = own_kilobytes(tensor);
        out.pointer = own(std::move(tensor));
        if (out.pointer) out.tag = MT_TENSOR;
    } else if (v.isInt()) {
        out.tag = MT_INT;
        out.integer = v.toInt();
    } else if (v.isDouble()) {
        out.tag = MT_DOUBLE;
        out.real = v.toDouble();
    } else if (v.isBool()) {
        out.tag = MT_BOOL;
        out.integer = v.toBool();
    } else if (v.isTensorList()) {
        auto tensors = v.toTensorVector();
        auto* handles = array<void*>(tensors.size());
        for (size_t i = 0; i < tensors.size(); i++) handles[i] = own(std::move(tensors[i]));
        out.tag = MT_TENSORS;
        out.length = static_cast<int32_t>(tensors.size());
        out.pointer = handles;
    } else if (v.isIntList()) {
        const auto ints = v.toIntVector();
        auto* copy = array<int64_t>(ints.size());
        std::copy(ints.begin(), ints.end(), copy);
        out.tag = MT_INTS;
        out.length = static_cast<int32_t>(ints.size());
        out.pointer = copy;
    } else if (!v.isNone()) {
        out.tag = MT_OTHER;
    }
}

static char* copy_text(const std::string& text) {
    char* result = array<char>(text.size());
    memcpy(result, text.c_str(), text.size() + 1);
    return result;
}

}

using namespace mt;

int mt_operator(const char* name, const char* overload, void** out) {
    return guard([&] {
        auto handle = c10::Dispatcher::singleton().findSchemaOrThrow(name, overload);
        auto* op = new Operator{handle, name, {}, is_product(name)};
        if (*overload) op->name.append(".").append(overload);
        for (const auto& argument : handle.schema().arguments()) op->parameters.push_back(describe(argument));
        *out = op;
    });
}

int mt_operator_schema(void* op, char** out) {
    return guard([&] {
        std::ostringstream text;
        text << static_cast<Operator*>(op)->handle.schema();
        *out = copy_text(text.str());
    });
}

int mt_operator_names(char** out) {
    return guard([&] {
        std::string text;
        for (const auto& name : c10::Dispatcher::singleton().getAllOpNames()) {
            if (!c10::Dispatcher::singleton().findSchema(name)) continue;
            text.append(name.name);
            if (!name.overload_name.empty()) text.append(".").append(name.overload_name);
            text.push_back('\n');
        }
        *out = copy_text(text);
    });
}

int mt_call(void* handle, const MtValue* args, int count, MtValue* results, int capacity, int* produced) {
    return guard([&] {
        const auto& op = *static_cast<Operator*>(handle);
        TORCH_CHECK(static_cast<size_t>(count) <= op.parameters.size(), op.name, " takes at most ", op.parameters.size(), " arguments, got ", count);
        c10::Stack stack;
        stack.reserve(op.parameters.size());
        for (size_t i = 0; i < op.parameters.size(); i++) {
            const Parameter& p = op.parameters[i];
            if (i < static_cast<size_t>(count) && args[i].tag != MT_DEFAULT) stack.push_back(to_ivalue(op, p, args[i]));
            else if (p.has_default) stack.push_back(p.fallback);
            else TORCH_CHECK(false, op.name, ": argument '", p.name, "' (", p.type, ") is missing");
        }
        {
            const ManyBlasThreads threads(op.is_product && product_size(args, count) >= large_product);
            op.handle.callBoxed(stack);
        }
        TORCH_CHECK(stack.size() <= static_cast<size_t>(capacity), op.name, " returned ", stack.size(), " values, at most ", capacity, " fit");
        *produced = static_cast<int>(stack.size());
        for (size_t i = 0; i < stack.size(); i++) from_ivalue(std::move(stack[i]), results[i]);
    });
}
