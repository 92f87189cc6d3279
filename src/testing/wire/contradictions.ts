/** Whom an answer suits and whom it does not. */
export interface Meaning {
  readonly suits: string
  readonly against: string
}

/** A point on which reviewers and profiles contradict each other. */
export interface Contradiction {
  readonly point: string
  /** What is said beside a failed case that is about it. */
  readonly note: string
  /** By what a server may do. */
  readonly answers: Readonly<Record<string, Meaning>>
}

/** Every such point, by its name. */
export const contradictions: Readonly<Record<string, Contradiction>> = {
  'twin-groups': {
    point: 'A second group with a displayName that another group has',
    note: "Entra's hosted validator requires 409. RFC 7643 8.7.1 says that displayName is not unique, and Okta cannot push two groups of one name to a server that refuses the second.",
    answers: {
      refused: {
        suits:
          "Entra's hosted validator (409 is required), and Entra's matching, which must find one group at most",
        against: 'RFC 7643 8.7.1 (uniqueness none); Okta with two groups of one name',
      },
      taken: {
        suits: 'RFC 7643 8.7.1 (uniqueness none); Okta with two groups of one name',
        against: "Entra's hosted validator, which requires 409",
      },
    },
  },
  'empty-text': {
    point: 'An empty text as the value of an optional attribute',
    note: 'Okta (C9337) and Entra (SCIM_Null_Update) clear values with an empty text; a server that keeps to the letter of its types may refuse it.',
    answers: {
      clears: { suits: 'Okta (C9337) and Entra (SCIM_Null_Update)', against: 'nobody' },
      kept: {
        suits: 'Okta (C9337)',
        against: 'Entra (SCIM_Null_Update), where null must clear it afterwards',
      },
      refused: {
        suits: 'the letter of a strict schema',
        against: 'Okta (C9337) and Entra (SCIM_Null_Update)',
      },
    },
  },
  'pathless-patch': {
    point: 'A PATCH operation without a path',
    note: 'Okta deactivates by a PATCH without a path, and Entra sends one with the flag aadOptscim062020 (RFC 7644 3.5.2 allows it); section 6.5.1 of the interop profile wants it refused.',
    answers: {
      taken: {
        suits: 'RFC 7644 3.5.2, Okta and Entra',
        against: 'the interop profile 6.5.1, and IPSIE over it',
      },
      refused: {
        suits: 'the interop profile 6.5.1, and IPSIE over it',
        against: 'RFC 7644 3.5.2, Okta and Entra',
      },
    },
  },
  'no-match': {
    point: 'A replace whose condition selects no value, such as emails[type eq "other"].value',
    note: 'RFC 7644 3.5.2.3 and the interop profile 6.5.3 want 400 noTarget; Entra sends it to users who have no such value yet, and expects that it is made.',
    answers: {
      created: {
        suits: 'Entra, which sends it where there is no such value yet',
        against: 'the letter of RFC 7644 3.5.2.3; the interop profile 6.5.3',
      },
      refused: {
        suits: 'RFC 7644 3.5.2.3 and the interop profile 6.5.3',
        against: 'Entra, whose update of the user then fails',
      },
    },
  },
  'unknown-attributes': {
    point: 'An attribute that no schema has, in a POST',
    note: "Entra's POST carries a schema and values that no RFC has; section 5.3 of the interop profile wants them refused.",
    answers: {
      ignored: { suits: 'Okta and Entra, whose requests carry some', against: 'the interop profile 5.3' },
      refused: { suits: 'the interop profile 5.3', against: 'Entra, whose groups name a schema of its own' },
    },
  },
  'unknown-manager': {
    point: 'A manager whom nobody knows',
    note: "Entra's hosted validator sends a random id as the manager; a server may want references to exist.",
    answers: {
      taken: { suits: "Entra's hosted validator", against: 'nobody; references may then lead nowhere' },
      refused: {
        suits: 'a server whose references must exist',
        against: "Entra's hosted validator (tests 10 to 12)",
      },
    },
  },
  'capital-operations': {
    point: 'Operations of PATCH in capitals ("Replace")',
    note: 'Entra sends them unless its job has the flag aadOptscim062020; RFC 7644 3.5.2 writes them in small letters.',
    answers: {
      taken: { suits: 'Entra by default', against: 'the letter of RFC 7644 3.5.2' },
      refused: { suits: 'the letter of RFC 7644 3.5.2', against: 'Entra by default' },
    },
  },
  'disabled-members': {
    point: 'The groups of a user who is disabled',
    note: 'No RFC says whether a user who is inactive stays a member. Okta (C9293) wants the same user back after a reactivation; Entra never reads members and does not put one back whom it has not removed; some services give the seats of their groups away on purpose.',
    answers: {
      kept: {
        suits: 'Okta (C9293) and Entra, who find the user in the groups again after a reactivation',
        against: 'services whose groups must have no member who is inactive',
      },
      gone: {
        suits: 'services whose groups must have no member who is inactive',
        against:
          'Entra, which does not put the user back into the groups after a reactivation; Okta does with the next push',
      },
    },
  },
  'group-patch-reply': {
    point: 'The reply to a PATCH of members',
    note: 'RFC 7644 3.5.2 allows 200 with the group and 204; Microsoft recommends 204 for groups.',
    answers: {
      '204': { suits: "everyone; Microsoft's text asks for 204", against: 'nobody' },
      '200': {
        suits: 'everyone who was tried',
        against: "the wording of Microsoft's text; and it costs the size of the group",
      },
    },
  },
  'password-on-create': {
    point: 'A password when a user is created',
    note: 'Okta always sends one; IPSIE AL2 wants it refused.',
    answers: {
      taken: { suits: 'Okta, which always sends one', against: 'IPSIE AL2' },
      refused: { suits: 'IPSIE AL2', against: 'Okta, which always sends one' },
    },
  },
}
