//===- DialectAttributes: the attributes of a dialect on other operations --------------------------------------===//
//
// A dialect lists the discardable attributes that it has in one table (docs/spec/attributes.md): where each may stand, and
// what its value must be. Whatever begins with the dialect's name and is not in the table is refused.
//
//===--------------------------------------------------------------------------------------------------------===//
#ifndef SNNC_DIALECTS_SUPPORT_DIALECTATTRIBUTES_H
#define SNNC_DIALECTS_SUPPORT_DIALECTATTRIBUTES_H

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Operation.h"

namespace snnc {

/// Where an attribute may stand; places can be joined by `|`.
enum AttributePlace : unsigned { OnOperation = 1, OnArgument = 2, OnResult = 4 };

/// An attribute that is being verified: on `op`, or on an argument or result of the function `op`.
struct PlacedAttribute {
  mlir::Operation *op;
  mlir::Attribute value;
  mlir::Type type; ///< of the argument or result; null on an operation
};

/// One row of a dialect's table.
struct AttributeRule {
  llvm::StringLiteral name; ///< with the dialect's in front
  unsigned places;
  llvm::StringLiteral needs; ///< what `holds` demands, for the message: "must be NEEDS"
  bool (*holds)(const PlacedAttribute &attribute);
};

/// Whether `rules`, the table of the dialect that the attribute is named after, allow it. `index` is that of the argument or
/// result. Emits an error at the operation where they do not.
mlir::LogicalResult verifyAttribute(llvm::ArrayRef<AttributeRule> rules,
                                    mlir::NamedAttribute attribute, AttributePlace place,
                                    mlir::Operation *op, unsigned index = 0);

} // namespace snnc

#endif
