import type { WireCase, WireProfile } from '../case.js'
import { entraCases } from './entra/index.js'
import { interopGeneral } from './interop/general.js'
import { interopPatches } from './interop/patch.js'
import { ipsieCases } from './ipsie/index.js'
import { oktaCases } from './okta/index.js'
import { rfcCases } from './rfc/index.js'

/** Every case, by its profile. */
export const wireCases: Readonly<Record<WireProfile, readonly WireCase[]>> = {
  rfc: rfcCases,
  okta: oktaCases,
  entra: entraCases,
  interop: [...interopGeneral, ...interopPatches],
  ipsie: ipsieCases,
}
