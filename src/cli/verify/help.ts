export const verifyHelp = `scimkit verify URL [options]

Checks a SCIM 2.0 server, in whatever language it is written: creates users and
groups of its own at URL, changes them, deletes them, and says what the RFCs and
the reviewers of Okta and Microsoft Entra ID expect otherwise. It changes nothing
that it has not made.

  --as P            rfc, okta, entra, interop, ipsie, several of them with commas,
                    or all (the default), of which those count that the server claims
  --token T         the API token (default SCIM_TOKEN, or else a line on the standard
                    input); with a scheme, such as "Basic …", it is sent as it is
  --yes             create and delete without asking
  --read-only       only ask what changes nothing
  --cleanup         only remove what runs that broke off have left
  --timeout S       how many seconds a reply may take (default 30)
  --report FILE     a page for people, in one file
  --json [FILE]     the results as JSON, on the standard output or in a file
  --junit [FILE]    the same as JUnit XML

It exits with 0 where all that is required holds, 1 where something does not, 2 where it
could not be run.

Example:
  scimkit verify https://app.example.com/scim/v2 --as okta --report report.html
`
