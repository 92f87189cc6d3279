-- 0001_scim: up
create table scim_users (user_name text not null, tenant text not null, id uuid not null, version bigint not null, created timestamptz not null, last_modified timestamptz not null, external_id text, document jsonb not null, primary key (tenant, id));
create unique index scim_users_user_name on scim_users (tenant, lower(user_name));
create index scim_users_order on scim_users (tenant, (lower(user_name) collate "C"), id);
create index scim_users_external_id on scim_users (tenant, external_id);
create index scim_users_emails on scim_users using gin ((lower((document -> 'emails')::text)::jsonb) jsonb_path_ops);
create table scim_groups (display_name text not null, tenant text not null, id uuid not null, version bigint not null, created timestamptz not null, last_modified timestamptz not null, external_id text, document jsonb not null, primary key (tenant, id));
create unique index scim_groups_display_name on scim_groups (tenant, lower(display_name));
create index scim_groups_order on scim_groups (tenant, (lower(display_name) collate "C"), id);
create index scim_groups_external_id on scim_groups (tenant, external_id);
create table scim_members (tenant text not null, group_id uuid not null, member_id text not null, type text, display text, primary key (tenant, group_id, member_id), foreign key (tenant, group_id) references scim_groups (tenant, id) on delete cascade);
create index scim_members_member on scim_members (tenant, member_id, group_id);

-- 0001_scim: down
drop table scim_members;
drop table scim_groups;
drop table scim_users;

-- 1000_scim_users_a56d2f30: up
create unique index "scim_users_a56d2f30" on "scim_users" (tenant, lower(document -> 'urn:example:Badge' ->> 'number'));

-- 1000_scim_users_a56d2f30: down
drop index "scim_users_a56d2f30";

-- 0001_scim_events: up
create table if not exists "scim_events" (seq bigint generated always as identity primary key, id uuid not null unique, tenant text not null, resource_type text not null, resource_id text not null, name text not null, payload jsonb not null, state text not null default 'pending' check (state in ('pending', 'dead')), attempts integer not null default 0, available_at timestamptz not null default now(), lease uuid, last_error text, created timestamptz not null default now());
create index if not exists "scim_events_due" on "scim_events" (available_at, seq) where state = 'pending';
create index if not exists "scim_events_resource" on "scim_events" (tenant, resource_type, resource_id, seq) where state = 'pending';

-- 0001_scim_events: down
drop table "scim_events";

-- 0001_audit.events: up
create table if not exists "audit"."events" (seq bigint generated always as identity primary key, id uuid not null unique, tenant text not null, resource_type text not null, resource_id text not null, name text not null, payload jsonb not null, state text not null default 'pending' check (state in ('pending', 'dead')), attempts integer not null default 0, available_at timestamptz not null default now(), lease uuid, last_error text, created timestamptz not null default now());
create index if not exists "events_due" on "audit"."events" (available_at, seq) where state = 'pending';
create index if not exists "events_resource" on "audit"."events" (tenant, resource_type, resource_id, seq) where state = 'pending';

-- 0001_audit.events: down
drop table "audit"."events";

-- check of a mapping
select n.name as m_table, a.attname as m_column from unnest($1::text[]) as n(name) join pg_attribute a on a.attrelid = to_regclass(n.name) and a.attnum > 0 and not a.attisdropped; -- ["employees"]
-- throws mapping: id: there is no table "employees"; created: there is no table "employees"; lastModified: there is no table "employees"; overflow: there is no table "employees"; userName: there is no table "employees"; name.givenName: there is no table "employees"; name.familyName: there is no table "employees"; title: there is no table "employees"; active: there is no table "employees"; urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department: there is no table "employees"; urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager: there is no table "employees"; emails[type eq "work"].value: there is no table "employees"
