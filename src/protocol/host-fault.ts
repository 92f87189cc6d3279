/**
 * A fault in the host's code or configuration: a hook or a store returned what it must not, a body has been read before,
 * a table and its mapping do not fit. The message names which one and the rule, and holds no values, so that it can be
 * logged.
 */
export class HostFault extends TypeError {
  override readonly name: string = 'HostFault'
}
