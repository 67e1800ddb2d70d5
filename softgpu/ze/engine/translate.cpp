// SPIR-V to LLVM IR with the SPIR-V translator, and what the IR tells about kernels and variables.
// The translator makes typed pointers; the rest of the engine wants opaque ones, so the module is carried
// over to a second context as bitcode, which also ends the translator's hold on anything.
#include <LLVMSPIRVLib/LLVMSPIRVLib.h>
#include <fmt/format.h>
#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/IR/DiagnosticInfo.h>
#include <llvm/IR/DiagnosticPrinter.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/raw_ostream.h>

#include <map>
#include <mutex>
#include <sstream>

#include "softgpu/ze/engine/compiler.h"

namespace softgpu::engine {

Ir::Ir() = default;
Ir::Ir(Ir&&) noexcept = default;
Ir& Ir::operator=(Ir&&) noexcept = default;
Ir::~Ir() { module.reset(); }  // before its context

namespace {

constexpr uint64_t kMaxVariableBytes = uint64_t{1} << 30;
// All work-items of a group share the stack of the thread, one after the other.
constexpr uint64_t kMaxPrivateBytes = uint64_t{1} << 20;
constexpr uint64_t kMaxLocalBytes = uint64_t{16} << 20;

// Without a handler of its own a context ends the process on an error.
void logDiagnostic(const llvm::DiagnosticInfo& info, void* log) {
  if (info.getSeverity() == llvm::DS_Error) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    llvm::DiagnosticPrinterRawOStream printer(stream);
    info.print(printer);
    *static_cast<std::string*>(log) += text + '\n';
  }
}

std::string metadataString(const llvm::Function& kernel, const char* kind, unsigned index) {
  const llvm::MDNode* node = kernel.getMetadata(kind);
  if (!node || index >= node->getNumOperands()) {
    return {};
  }
  const auto* text = llvm::dyn_cast_or_null<llvm::MDString>(node->getOperand(index).get());
  return text ? text->getString().str() : std::string();
}

uint32_t metadataInt(const llvm::Function& kernel, const char* kind, unsigned index) {
  const llvm::MDNode* node = kernel.getMetadata(kind);
  if (!node || index >= node->getNumOperands()) {
    return 0;
  }
  const auto* value = llvm::mdconst::dyn_extract_or_null<llvm::ConstantInt>(node->getOperand(index).get());
  return value ? static_cast<uint32_t>(value->getZExtValue()) : 0;
}

// SPIR-V has no sign: integers are taken for signed.
std::string typeName(const llvm::Type& type) {
  if (const auto* vector = llvm::dyn_cast<llvm::FixedVectorType>(&type)) {
    return typeName(*vector->getElementType()) + std::to_string(vector->getNumElements());
  }
  if (type.isHalfTy()) return "half";
  if (type.isFloatTy()) return "float";
  if (type.isDoubleTy()) return "double";
  return type.isIntegerTy(8)    ? "char"
         : type.isIntegerTy(16) ? "short"
         : type.isIntegerTy(64) ? "long"
                                : "int";
}

// As zeKernelGetSourceAttributes gives them.
std::string attributesOf(const llvm::Function& kernel) {
  std::string text;
  const auto add = [&text](const std::string& attribute) { text += (text.empty() ? "" : " ") + attribute; };
  for (const char* size : {"reqd_work_group_size", "work_group_size_hint"}) {
    if (kernel.getMetadata(size) == nullptr) continue;
    add(fmt::format("{}({},{},{})", size, metadataInt(kernel, size, 0), metadataInt(kernel, size, 1),
                    metadataInt(kernel, size, 2)));
  }
  if (const llvm::MDNode* hint = kernel.getMetadata("vec_type_hint"); hint && hint->getNumOperands() > 0) {
    const auto* value = llvm::dyn_cast_or_null<llvm::ValueAsMetadata>(hint->getOperand(0).get());
    if (value != nullptr) add(fmt::format("vec_type_hint({})", typeName(*value->getType())));
  }
  if (const uint32_t size = metadataInt(kernel, "intel_reqd_sub_group_size", 0); size != 0) {
    add(fmt::format("intel_reqd_sub_group_size({})", size));
  }
  return text;
}

// Images and samplers are known by their typed pointers only, hence before the change to opaque ones.
bool describeArgument(const llvm::Argument& argument, ArgInfo& info, std::string& log) {
  const llvm::DataLayout& layout = argument.getParent()->getParent()->getDataLayout();
  llvm::Type* type = argument.getType();
  if (argument.hasByValAttr()) {
    llvm::Type* pointee = argument.getParamByValType();
    info.kind = ArgKind::Value;
    info.size = layout.getTypeAllocSize(pointee);
    info.alignment = layout.getABITypeAlignment(pointee);
    return true;
  }
  auto* pointer = llvm::dyn_cast<llvm::PointerType>(type);
  if (!pointer) {
    info.kind = ArgKind::Value;
    info.size = layout.getTypeAllocSize(type);
    info.alignment = layout.getABITypeAlignment(type);
    return true;
  }
  info.size = info.alignment = sizeof(void*);
  if (auto* structure = llvm::dyn_cast<llvm::StructType>(pointer->getNonOpaquePointerElementType());
      structure && structure->isOpaque() && structure->hasName()) {
    const llvm::StringRef name = structure->getName();
    if (name.startswith("opencl.image")) {
      info.kind = ArgKind::Image;
      return true;
    }
    if (name.startswith("opencl.sampler")) {
      info.kind = ArgKind::Sampler;
      return true;
    }
  }
  switch (pointer->getAddressSpace()) {
    case 1:
      info.kind = ArgKind::Global;
      return true;
    case 2:
      info.kind = ArgKind::Constant;
      return true;
    case 3:
      info.kind = ArgKind::Local;
      return true;
    default:
      log += fmt::format("argument {} of kernel {} is a pointer to address space {}\n", argument.getArgNo(),
                         argument.getParent()->getName().str(), pointer->getAddressSpace());
      return false;
  }
}

bool describeKernel(const llvm::Function& kernel, KernelInfo& info, std::string& log) {
  info.name = kernel.getName().str();
  for (const llvm::Argument& argument : kernel.args()) {
    ArgInfo& described = info.args.emplace_back();
    if (!describeArgument(argument, described, log)) {
      return false;
    }
    described.name = metadataString(kernel, "kernel_arg_name", argument.getArgNo());
    if (described.name.empty()) {
      described.name = argument.getName().str();
    }
    described.typeName = metadataString(kernel, "kernel_arg_type", argument.getArgNo());
  }
  for (unsigned dimension = 0; dimension < 3; ++dimension) {
    info.requiredGroupSize[dimension] = metadataInt(kernel, "reqd_work_group_size", dimension);
  }
  info.requiredSubgroupSize = metadataInt(kernel, "intel_reqd_sub_group_size", 0);
  info.attributes = attributesOf(kernel);
  if (const uint32_t size = info.requiredSubgroupSize; size != 0 && size != 8 && size != 16 && size != 32) {
    log += fmt::format("kernel {} requires sub-groups of {}: there are 8, 16 and 32\n", info.name, size);
    return false;
  }
  const llvm::DataLayout& layout = kernel.getParent()->getDataLayout();
  for (const llvm::BasicBlock& block : kernel) {
    for (const llvm::Instruction& instruction : block) {
      if (const auto* variable = llvm::dyn_cast<llvm::AllocaInst>(&instruction)) {
        info.privateBytes += layout.getTypeAllocSize(variable->getAllocatedType());
      }
    }
  }
  return true;
}

// LLVM's sizes wrap. These end at UINT64_MAX; a type is looked at once, since types can name one twice at
// each of many levels.
class Sizes {
 public:
  explicit Sizes(const llvm::DataLayout& layout) : layout_(layout) {}

  uint64_t of(llvm::Type* type) {
    if (!type->isArrayTy() && !type->isStructTy()) {
      return layout_.getTypeAllocSize(type);
    }
    if (const auto known = known_.find(type); known != known_.end()) {
      return known->second;
    }
    uint64_t size = 0;
    if (type->isArrayTy()) {
      if (__builtin_mul_overflow(of(type->getArrayElementType()), type->getArrayNumElements(), &size)) {
        size = UINT64_MAX;
      }
    } else if (!llvm::cast<llvm::StructType>(type)->isOpaque()) {
      for (unsigned i = 0; i < type->getStructNumElements(); ++i) {
        if (__builtin_add_overflow(size, of(type->getStructElementType(i)), &size)) {
          size = UINT64_MAX;
        }
      }
      // With what lies between its members.
      size = size > kMaxVariableBytes ? size : layout_.getTypeAllocSize(type).getFixedSize();
    }
    known_[type] = size;
    return size;
  }

 private:
  const llvm::DataLayout& layout_;
  std::map<llvm::Type*, uint64_t> known_;
};

bool checkSizes(const llvm::Module& module, std::string& log) {
  Sizes sizes(module.getDataLayout());
  uint64_t all = 0;
  for (const llvm::GlobalVariable& variable : module.globals()) {
    const uint64_t size = sizes.of(variable.getValueType());
    const bool local = variable.getAddressSpace() == 3;
    if (size > (local ? kMaxLocalBytes : kMaxVariableBytes)) {
      log += fmt::format("variable {} has {} bytes\n", variable.getName().str(), size);
      return false;
    }
    all += local ? 0 : size;
    if (all > kMaxVariableBytes) {
      log += fmt::format("variables have more than {} bytes\n", kMaxVariableBytes);
      return false;
    }
  }
  for (const llvm::Function& function : module) {
    uint64_t total = 0;
    for (const llvm::BasicBlock& block : function) {
      for (const llvm::Instruction& instruction : block) {
        if (const auto* variable = llvm::dyn_cast<llvm::AllocaInst>(&instruction)) {
          const uint64_t size = sizes.of(variable->getAllocatedType());
          total = size > kMaxPrivateBytes ? size : total + size;
          if (total > kMaxPrivateBytes) {
            log += fmt::format("function {} has {} bytes of private variables\n", function.getName().str(),
                               total);
            return false;
          }
        }
      }
    }
  }
  return true;
}

// Kernels are entry points, not exports.
void findExports(const llvm::Module& module, Linkage& linkage) {
  const auto isExported = [](const llvm::GlobalValue& value) {
    return !value.isDeclaration() && !value.hasLocalLinkage() && value.hasName();
  };
  for (const llvm::Function& function : module) {
    if (isExported(function) && function.getCallingConv() != llvm::CallingConv::SPIR_KERNEL) {
      linkage.exports.push_back({function.getName().str(), true});
    }
  }
  for (const llvm::GlobalVariable& variable : module.globals()) {
    if (isExported(variable) && variable.getAddressSpace() != 3) {
      linkage.exports.push_back({variable.getName().str(), false});
    }
  }
}

bool readTyped(std::span<const uint32_t> spirv, std::span<const SpecValue> constants,
               llvm::LLVMContext& context, std::unique_ptr<llvm::Module>& module, std::string& log) {
  SPIRV::TranslatorOpts options;
  options.enableAllExtensions();
  options.setDesiredBIsRepresentation(SPIRV::BIsRepresentation::OpenCL20);
  options.setGenKernelArgNameMDEnabled(true);
  for (const SpecValue& constant : constants) {
    options.setSpecConst(constant.id, constant.value);
  }
  std::istringstream stream(std::string(reinterpret_cast<const char*>(spirv.data()), spirv.size_bytes()));
  llvm::Module* read = nullptr;
  std::string error;
  // The translator's tables and error log are the process's, not the call's.
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  const bool done = llvm::readSpirv(context, options, stream, read, error);
  module.reset(read);
  if (!done || !module) {
    log += "SPIR-V translation failed: " + error + '\n';
    return false;
  }
  return true;
}

}  // namespace

bool translate(std::span<const uint32_t> spirv, std::span<const SpecValue> constants, Ir& ir,
               Manifest& manifest, std::string& log) {
  llvm::LLVMContext typedContext;
  typedContext.setOpaquePointers(false);
  typedContext.setDiagnosticHandlerCallBack(logDiagnostic, &log);
  std::unique_ptr<llvm::Module> typed;
  // The sizes before anything that computes with them.
  if (!readTyped(spirv, constants, typedContext, typed, log) || !checkSizes(*typed, log)) {
    return false;
  }
  for (const llvm::Function& function : *typed) {
    if (function.getCallingConv() == llvm::CallingConv::SPIR_KERNEL && !function.isDeclaration() &&
        !describeKernel(function, manifest.kernels.emplace_back(), log)) {
      return false;
    }
  }
  manifest.code.resize(manifest.kernels.size());

  llvm::SmallVector<char, 0> bitcode;
  llvm::raw_svector_ostream stream(bitcode);
  llvm::WriteBitcodeToFile(*typed, stream);
  if (!ir.context) {
    ir.context = std::make_shared<llvm::LLVMContext>();
    ir.context->setOpaquePointers(true);
  }
  ir.context->setDiagnosticHandlerCallBack(logDiagnostic, &log);
  auto module = llvm::parseBitcodeFile(
      llvm::MemoryBufferRef(llvm::StringRef(bitcode.data(), bitcode.size()), "spirv"), *ir.context);
  if (!module) {
    log += "IR could not be read back: " + llvm::toString(module.takeError()) + '\n';
    return false;
  }
  ir.module = std::move(*module);
  findExports(*ir.module, manifest.linkage);
  std::string problem;
  llvm::raw_string_ostream problemStream(problem);
  if (llvm::verifyModule(*ir.module, &problemStream)) {
    log += "IR of the module is invalid: " + problem + '\n';
    return false;
  }
  return true;
}

}  // namespace softgpu::engine
