// The only file that includes clang, LLVM and translator headers.
#include "spirv/compiler/front_end.h"

#include <LLVMSPIRVLib/LLVMSPIRVLib.h>
#include <LLVMSPIRVLib/LLVMSPIRVOpts.h>
#include <clang/Basic/Diagnostic.h>
#include <clang/CodeGen/CodeGenAction.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/CompilerInvocation.h>
#include <clang/Frontend/TextDiagnosticPrinter.h>
#include <clang/Lex/PreprocessorOptions.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/VirtualFileSystem.h>

#include <array>
#include <cstring>
#include <memory>
#include <sstream>

#include "spirv/compiler/arguments.h"
#include "spirv/compiler/base_header.h"

namespace clze::clc {
namespace {

using spirv::wire::Outcome;
using spirv::wire::Request;

llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files(const Request& request, const Language& language) {
  llvm::IntrusiveRefCntPtr<llvm::vfs::InMemoryFileSystem> memory(new llvm::vfs::InMemoryFileSystem);
  const auto put = [&memory](const std::string& path, const std::string& text) {
    memory->addFile(path, 0, llvm::MemoryBuffer::getMemBufferCopy(text, path));
  };
  // Diagnostics and __FILE__ name the program as a user would; its true place keeps "x.h" from the working
  // directory.
  put(kSourcePath, "# 1 \"program.cl\"\n" + request.source);
  put(kBaseHeaderPath, baseHeader(language));
  for (const auto& [name, text] : request.headers) put(std::string(kHeaderDirectory) + "/" + name, text);
  llvm::IntrusiveRefCntPtr<llvm::vfs::OverlayFileSystem> all(
      new llvm::vfs::OverlayFileSystem(llvm::vfs::getRealFileSystem()));
  all->pushOverlay(memory);
  return all;
}

// The SPIR-V extensions a module may use: those that carry a language extension of the device.
SPIRV::TranslatorOpts translatorOptions(const Request& request, const Language& language) {
  using Id = SPIRV::ExtensionID;
  constexpr std::array<std::pair<const char*, Id>, 8> kCarriers = {{
      {"cl_intel_subgroups", Id::SPV_INTEL_subgroups},
      {"cl_khr_integer_dot_product", Id::SPV_KHR_integer_dot_product},
      {"cl_ext_float_atomics", Id::SPV_EXT_shader_atomic_float_add},
      {"cl_ext_float_atomics", Id::SPV_EXT_shader_atomic_float_min_max},
      {"cl_khr_expect_assume", Id::SPV_KHR_expect_assume},
      {"cl_khr_extended_bit_ops", Id::SPV_KHR_bit_instructions},
      {"cl_khr_subgroup_rotate", Id::SPV_KHR_subgroup_rotate},
      {"cl_khr_work_group_uniform_arithmetic", Id::SPV_KHR_uniform_group_instructions},
  }};
  SPIRV::TranslatorOpts::ExtensionsStatusMap allowed;
  for (const auto& [name, id] : kCarriers) {
    if (language.has(name)) allowed[id] = true;
  }
  // The translator takes the lowest version a module needs. 1.2 makes sub-group kernels assert in it, 1.4
  // raises work-group kernels to a version that fewer drivers take.
  SPIRV::TranslatorOpts options(SPIRV::VersionNumber::SPIRV_1_3, allowed);
  options.setPreserveOCLKernelArgTypeMetadataThroughString(true);
  options.setMemToRegEnabled(true);
  options.setFPContractMode(contracts(request) ? SPIRV::FPContractMode::Fast : SPIRV::FPContractMode::On);
  return options;
}

// SPIR-V keeps the type of a vec_type_hint without its sign. CL_KERNEL_ATTRIBUTES must tell it: unsigned
// hints travel as strings, in the form that the translator gives argument types.
std::vector<std::string> unsignedHints(const llvm::Module& module) {
  std::vector<std::string> hints;
  for (const llvm::Function& function : module) {
    const llvm::MDNode* node = function.getMetadata("vec_type_hint");
    if (node == nullptr || node->getNumOperands() != 2) continue;
    const auto* example = llvm::mdconst::dyn_extract<llvm::Constant>(node->getOperand(0));
    const auto* isSigned = llvm::mdconst::dyn_extract<llvm::ConstantInt>(node->getOperand(1));
    if (example == nullptr || isSigned == nullptr || !isSigned->isZero()) continue;
    if (!example->getType()->isIntOrIntVectorTy()) continue;
    hints.push_back("kernel_vec_type_hint_unsigned." + function.getName().str() + ".");
  }
  return hints;
}

// Adds OpString instructions at the start of the module's debug instructions (SPIR-V 2.4, 7a).
void addStrings(std::vector<uint32_t>& words, const std::vector<std::string>& texts) {
  constexpr size_t kHeaderWords = 5;
  constexpr size_t kBound = 3;
  constexpr uint32_t kFirstDebug = 2;  // OpSourceContinued
  constexpr uint32_t kLastDebug = 7;   // OpString
  if (texts.empty() || words.size() < kHeaderWords) return;
  size_t at = kHeaderWords;
  while (at < words.size() && ((words[at] & 0xffff) < kFirstDebug || (words[at] & 0xffff) > kLastDebug)) {
    const size_t count = words[at] >> 16;
    if (count == 0) return;
    at += count;
  }
  if (at >= words.size()) return;
  std::vector<uint32_t> added;
  for (const std::string& text : texts) {
    std::vector<uint32_t> literal(text.size() / sizeof(uint32_t) + 1);
    std::memcpy(literal.data(), text.data(), text.size());
    added.push_back(static_cast<uint32_t>((literal.size() + 2) << 16) | kLastDebug);
    added.push_back(words[kBound]++);
    added.insert(added.end(), literal.begin(), literal.end());
  }
  words.insert(words.begin() + static_cast<ptrdiff_t>(at), added.begin(), added.end());
}

// An inline definition of C99 (6.7.4) serves calls until the one in another translation unit is linked, which
// programs of OpenCL do not have: other compilers of OpenCL C make the calls mean this one.
void keepInlineDefinitions(llvm::Module& module) {
  for (llvm::Function& function : module) {
    if (function.hasAvailableExternallyLinkage()) function.setLinkage(llvm::GlobalValue::InternalLinkage);
  }
}

// SPIR-V before 1.4 selects vectors by vectors.
void widenConditions(llvm::Module& module) {
  for (llvm::Function& function : module) {
    for (llvm::Instruction& instruction : llvm::instructions(function)) {
      auto* select = llvm::dyn_cast<llvm::SelectInst>(&instruction);
      const auto* vector =
          select != nullptr ? llvm::dyn_cast<llvm::FixedVectorType>(select->getType()) : nullptr;
      if (vector == nullptr || select->getCondition()->getType()->isVectorTy()) continue;
      llvm::IRBuilder<> builder(select);
      select->setCondition(builder.CreateVectorSplat(vector->getNumElements(), select->getCondition()));
    }
  }
}

bool translate(llvm::Module& module, const SPIRV::TranslatorOpts& options, Outcome& outcome) {
  keepInlineDefinitions(module);
  widenConditions(module);
  const std::vector<std::string> hints = unsignedHints(module);
  std::ostringstream stream;
  std::string error;
  if (!llvm::writeSpirv(&module, options, stream, error)) {
    outcome.log += "error: no SPIR-V for this program: " + error + "\n";
    return false;
  }
  const std::string bytes = std::move(stream).str();
  outcome.module.resize(bytes.size() / sizeof(uint32_t));
  std::memcpy(outcome.module.data(), bytes.data(), outcome.module.size() * sizeof(uint32_t));
  addStrings(outcome.module, hints);
  return true;
}

std::unique_ptr<llvm::Module> parse(const Request& request, const Language& language,
                                    llvm::LLVMContext& context, std::string& log) {
  llvm::raw_string_ostream stream(log);
  clang::CompilerInstance compiler;
  // Else "2 warnings generated." goes to stderr.
  compiler.setVerboseOutputStream(stream);
  llvm::IntrusiveRefCntPtr<clang::DiagnosticOptions> diagnostics(new clang::DiagnosticOptions);
  diagnostics->ShowPresumedLoc = 1;
  diagnostics->ShowOptionNames = 1;
  auto printer = std::make_unique<clang::TextDiagnosticPrinter>(stream, diagnostics.get());
  compiler.createDiagnostics(printer.release(), /*ShouldOwnClient=*/true);
  const std::vector<std::string> words = clangArguments(request, language);
  std::vector<const char*> arguments;
  arguments.reserve(words.size());
  for (const std::string& word : words) arguments.push_back(word.c_str());
  if (!clang::CompilerInvocation::CreateFromArgs(compiler.getInvocation(), arguments,
                                                 compiler.getDiagnostics())) {
    return nullptr;
  }
  // -w and -Werror.
  clang::ProcessWarningOptions(compiler.getDiagnostics(), compiler.getDiagnosticOpts());
  compiler.getFrontendOpts().DisableFree = false;
  compiler.getCodeGenOpts().DisableFree = false;
  compiler.createFileManager(files(request, language));
  compiler.createSourceManager(compiler.getFileManager());
  clang::EmitLLVMOnlyAction action(&context);
  if (!compiler.ExecuteAction(action)) return nullptr;
  return action.takeModule();
}

}  // namespace

Outcome compile(const Request& request) {
  Outcome outcome;
  const std::optional<Language> language = languageOf(request, outcome.log);
  if (!language) return outcome;
  llvm::LLVMContext context;
  context.setOpaquePointers(false);
  const std::unique_ptr<llvm::Module> module = parse(request, *language, context, outcome.log);
  if (!module) return outcome;
  outcome.ok = translate(*module, translatorOptions(request, *language), outcome);
  return outcome;
}

void warmUp() {
  Request request;
  request.source =
      "kernel void warm(global float4* a, read_only image2d_t i, sampler_t s) {"
      "  a[get_global_id(0)] = sin(a[1]) + read_imagef(i, s, (float2)(0));"
      "}";
  compile(request);
}

}  // namespace clze::clc
