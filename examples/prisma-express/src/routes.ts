import express, { type Router } from 'express'
import type { PrismaClient } from './generated/prisma/client.js'

/** The service as it was before SCIM. A real one asks who is calling. */
export function routes(prisma: PrismaClient): Router {
  const router = express.Router()
  router.use(express.json())

  router.get('/:company/users', async ({ params: { company } }, res) => {
    const include = { teams: { select: { teamId: true, isLead: true, joinedAt: true } } }
    res.json(await prisma.user.findMany({ where: { company }, include, orderBy: { createdAt: 'asc' } }))
  })

  router.get('/:company/teams', async ({ params: { company } }, res) => {
    res.json(await prisma.team.findMany({ where: { company }, include: { members: true } }))
  })

  /** An account, as the service itself makes one: `{ email, role, status, isBot }`. */
  router.post('/:company/users', async ({ params: { company }, body }, res) => {
    res.status(201).json(await prisma.user.create({ data: { ...body, company } }))
  })

  router.patch('/:company/users/:id', async ({ params: { company, id }, body }, res) => {
    res.json(await prisma.user.update({ where: { id, company }, data: body }))
  })

  /** Soft delete: what the user has done stays theirs. */
  router.delete('/:company/users/:id', async ({ params: { company, id } }, res) => {
    const data = { deletedAt: new Date(), status: 'TERMINATED' } as const
    await prisma.user.update({ where: { id, company }, data })
    res.sendStatus(204)
  })

  /** Invites somebody: they have a row from now on, and the role that they will have. */
  router.post('/:company/invitations', async ({ params: { company }, body }, res) => {
    const { email, role, invitedById } = body
    const [invitation, user] = await prisma.$transaction([
      prisma.invitation.create({ data: { company, email, role, invitedById } }),
      prisma.user.create({ data: { company, email, role, status: 'INVITED' } }),
    ])
    res.status(201).json({ invitation, user })
  })

  router.get('/:company/invitations', async ({ params: { company } }, res) => {
    res.json(await prisma.invitation.findMany({ where: { company } }))
  })

  router.post('/:company/teams', async ({ params: { company }, body }, res) => {
    const { name, color, leadId } = body
    const members = leadId === undefined ? {} : { create: { userId: leadId, isLead: true } }
    const data = { company, name, color, members }
    res.status(201).json(await prisma.team.create({ data, include: { members: true } }))
  })

  return router
}
