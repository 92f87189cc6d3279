import { sql } from 'kysely'
import type { Sql } from '../../sql/sql.js'
import type { SqlMigration } from '../migration.js'
import { migration } from '../migration.js'

/** The name of the table with the first pending event of each resource. */
export function headsOf(table: string): string {
  return `${table}_heads`
}

/** The names of the triggers that keep that table. */
export function triggersOf(table: string): readonly string[] {
  const withoutSchema = table.slice(table.lastIndexOf('.') + 1)
  return ['added', 'moved', 'removed', 'cleared'].map((suffix) => `${withoutSchema}_${suffix}`)
}

const resource = sql`tenant, resource_type, resource_id`

/** The key of a trigger's row. */
function placeOf(row: 'old' | 'new'): Sql {
  const of = sql.id(row)
  return sql`(${of}.tenant, ${of}.resource_type, ${of}.resource_id, ${of}.seq)`
}

/** The migrations of the table that lifecycle events wait in, in their order. */
export function eventMigrations(table: string): readonly SqlMigration[] {
  const name = sql.table(table)
  const heads = sql.table(headsOf(table))
  const withoutSchema = table.slice(table.lastIndexOf('.') + 1)
  const local = (suffix: string) => sql.id(`${withoutSchema}_${suffix}`)
  const inSchema = (suffix: string) => sql.table(`${table}_${suffix}`)
  const due = sql`create index if not exists ${local('due')} on ${name} (available_at, seq) where state = 'pending'`
  const ofResource = sql`create index if not exists ${local('resource')} on ${name} (${resource}, seq) where state = 'pending'`
  const firstOf = (rows: Sql) =>
    sql`select distinct on (${resource}) ${resource}, seq, available_at from ${rows} where state = 'pending' order by ${resource}, seq`
  return [
    migration(
      [
        sql`create table if not exists ${name} (seq bigint generated always as identity primary key, id uuid not null unique, tenant text not null, resource_type text not null, resource_id text not null, name text not null, payload jsonb not null, state text not null default 'pending' check (state in ('pending', 'dead')), attempts integer not null default 0, available_at timestamptz not null default now(), lease uuid, last_error text, created timestamptz not null default now())`,
        due,
        ofResource,
      ],
      [sql`drop table ${name}`],
    ),
    // Each resource's first pending event has a row in a table of its own, which triggers keep whoever changes events:
    // a claim reads that table in the order of what is due, and nothing of what waits behind.
    migration(
      [
        // The key leads with the resource: an index of `seq` alone would tempt the planner to read others' events.
        sql`alter table ${name} drop constraint ${local('pkey')}, add primary key (${resource}, seq)`,
        sql`drop index ${inSchema('due')}`,
        sql`drop index ${inSchema('resource')}`,
        sql`create index ${local('dead')} on ${name} (seq) where state = 'dead'`,
        // Its rows come and go with every event: vacuum must be quick to follow.
        sql`create table ${heads} (tenant text not null, resource_type text not null, resource_id text not null, seq bigint not null, available_at timestamptz not null, primary key (${resource})) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000)`,
        sql`create index ${local('heads_due')} on ${heads} (available_at, seq)`,
        addHeads(inSchema('add_heads'), heads, firstOf(sql`added`)),
        moveHead(inSchema('move_head'), heads, name),
        sql`create function ${inSchema('clear_heads')}() returns trigger language plpgsql as $$ begin truncate ${heads}; return null; end $$`,
        sql`create trigger ${local('added')} after insert on ${name} referencing new table as added for each statement execute function ${inSchema('add_heads')}()`,
        sql`create trigger ${local('moved')} after update of state, available_at, ${resource}, seq on ${name} for each row when (old.state <> new.state or old.available_at <> new.available_at or ${placeOf('old')} <> ${placeOf('new')}) execute function ${inSchema('move_head')}()`,
        sql`create trigger ${local('removed')} after delete on ${name} for each row when (old.state = 'pending') execute function ${inSchema('move_head')}()`,
        sql`create trigger ${local('cleared')} after truncate on ${name} for each statement execute function ${inSchema('clear_heads')}()`,
        sql`insert into ${heads} (${resource}, seq, available_at) ${firstOf(name)}`,
      ],
      [
        sql`drop trigger ${local('added')} on ${name}`,
        sql`drop trigger ${local('moved')} on ${name}`,
        sql`drop trigger ${local('removed')} on ${name}`,
        sql`drop trigger ${local('cleared')} on ${name}`,
        sql`drop function ${inSchema('add_heads')}, ${inSchema('move_head')}, ${inSchema('clear_heads')}`,
        sql`drop table ${heads}`,
        sql`drop index ${inSchema('dead')}`,
        sql`alter table ${name} drop constraint ${local('pkey')}, add primary key (seq)`,
        due,
        ofResource,
      ],
      [
        `Moves data: the last statement copies the place of each resource's first pending event into ${headsOf(table)}, for which whoever records or delivers events waits. Nothing else is to be run.`,
      ],
    ),
  ]
}

/** The first events of resources that had none. An event that commits late, with a lower number, comes first. */
function addHeads(name: Sql, heads: Sql, added: Sql): Sql {
  return sql`create function ${name}() returns trigger language plpgsql as $$
begin
  -- Writes the row in any case: whoever is about to move this head waits for the commit, and sees what was added.
  insert into ${heads} as h (${resource}, seq, available_at) ${added}
  on conflict (${resource}) do update set seq = least(h.seq, excluded.seq), available_at = case when excluded.seq < h.seq then excluded.available_at else h.available_at end;
  return null;
end $$`
}

/**
 * Where the first event of a resource is gone or dead, the next one takes its place, behind all that is due now, so
 * that resources take turns. Where its time has changed, so has the head's. An event that is given to another resource,
 * as where a tenant gets another name, is gone from the one and new in the other.
 */
function moveHead(name: Sql, heads: Sql, events: Sql): Sql {
  const isOld = sql`tenant = old.tenant and resource_type = old.resource_type and resource_id = old.resource_id`
  // Plans are kept: one that was made for an empty table would read a full one from end to end.
  return sql`create function ${name}() returns trigger language plpgsql set enable_seqscan = off as $$
declare
  following record;
begin
  -- Waits for writers that are adding events of this resource; the statements below see what they have added.
  perform from ${heads} where ${isOld} for update;
  if tg_op = 'UPDATE' then
    if new.state = 'pending' then
      insert into ${heads} as h (${resource}, seq, available_at) values (new.tenant, new.resource_type, new.resource_id, new.seq, new.available_at)
      on conflict (${resource}) do update set seq = excluded.seq, available_at = excluded.available_at where h.seq >= excluded.seq;
      if ${placeOf('old')} = ${placeOf('new')} then
        return null;
      end if;
    end if;
  end if;
  -- From the old one on: what is in front of it has been deleted, and an index keeps that until it is vacuumed.
  select seq, greatest(available_at, now()) as available_at into following from ${events} where ${isOld} and state = 'pending' and seq > old.seq order by seq limit 1;
  if found then
    update ${heads} set seq = following.seq, available_at = following.available_at where ${isOld} and seq = old.seq;
  else
    delete from ${heads} where ${isOld} and seq = old.seq;
  end if;
  return null;
end $$`
}
