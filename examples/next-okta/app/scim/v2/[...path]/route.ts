import { nextRoute } from 'scimkit/next'
import { scim } from '../../../../lib/scim'

export const { GET, POST, PUT, PATCH, DELETE } = nextRoute(scim)
