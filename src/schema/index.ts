export type {
  AttributeDefinition,
  AttributeDefinitions,
  AttributeType,
  Characteristics,
  ElementPlace,
  Mutability,
  Returned,
  Uniqueness,
} from './attribute.js'
export { attribute } from './attribute.js'
export { canonicalValuesOf } from './canonical-types.js'
export type {
  ExtensionDefinition,
  ExtensionOptions,
  ResourceTypeDefinition,
  ResourceTypeOptions,
  SchemaDefinition,
  SchemaOptions,
} from './define.js'
export { defineExtension, defineSchema, describeResourceType, resourceTypeOptionNames } from './define.js'
export type { DiscoveryDocument, SchemaView } from './discovery.js'
export { resourceTypeDocuments, schemaDocuments } from './discovery.js'
export { elementIdentity, isAllReadOnly } from './elements.js'
export type { Group } from './group.js'
export { groupOfAnyName, groupResourceType, groupSchema } from './group.js'
export type { CommonAttributes, InferAttributes, InferExtensions, InferResource, Meta } from './infer.js'
export { belowMillisecond, compareInstant, instantKey, instantOf, keySecondsTo1970 } from './instant.js'
export { keepAttributes } from './keep.js'
export type { Allowance, Coerced, Demand, Demands, InputOptions, Leniency } from './leniency.js'
export { noDemands, noLeniency } from './leniency.js'
export type { FoundReference, ResourceLocations } from './locations.js'
export {
  attributeNamed,
  chainOf,
  findAttribute,
  getAttribute,
  hasSchemaOf,
  labelOf,
  readValue,
} from './lookup.js'
export {
  assertOnce,
  coerce,
  dropReadOnly,
  fits,
  foldReference,
  isUnassigned,
  normaliseOne,
  normaliseReplacement,
  normaliseResource,
  normaliseValue,
  schemasIn,
  unknownAttribute,
} from './normalise.js'
export type { SortPosition, SortValue } from './order.js'
export { keyReader, placeComparer } from './order.js'
export type { NameRule, OtherName } from './other-names.js'
export {
  currentName,
  currentSubAttribute,
  findByOtherName,
  findUnqualified,
  foundBy,
  hasFormerSubAttributes,
} from './other-names.js'
export type { Projection } from './projection.js'
export { defaultProjection, excludeFrom, fullProjection, includeOnly, withAsked } from './projection.js'
export type { ResourceReference } from './reference.js'
export { idInReference, keyOfReference, readReference, referencesOf, typesReferredTo } from './reference.js'
export type { CompiledAttribute, CompiledResourceType } from './registry.js'
export { compileResourceType, pathWithin, schemasOf } from './registry.js'
export { replacementOf } from './replacement.js'
export { withoutSecrets } from './secrets.js'
export type { Selection } from './selection.js'
export { mergeTwins, shownValues } from './twins.js'
export {
  isReadOnly,
  isReadOnlyInStore,
  noteLeftOut,
  noteUnplaced,
  noteUnwritable,
  restrictedType,
  unplacedMessage,
} from './unkept.js'
export type { User } from './user.js'
export { enterpriseUserExtension, userResourceType, userSchema } from './user.js'
export { assertComplete, resourceValidator, validateChanges } from './validate.js'
export type { ElementOfPlace, SharedValue, StoredValueFacts, ValuePlace } from './value-place.js'
export { valueAt, withValueAt } from './value-place.js'
