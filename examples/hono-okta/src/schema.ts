/** The service's own tables, as they were before SCIM but for the last two columns of `employees`. */
export const schema: readonly string[] = [
  `create table if not exists departments (
    name text primary key,
    created_at timestamptz not null default now()
  )`,
  `create table if not exists employees (
    id uuid primary key,
    login varchar(200) not null,
    first_name text,
    last_name text,
    display_name text,
    work_email text,
    job_title text,
    employee_number text,
    department text references departments on update cascade,
    manager_id uuid references employees on delete set null,
    status text not null default 'ACTIVE' check (status in ('ACTIVE', 'TERMINATED')),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    okta_id text,
    profile jsonb not null default '{}'
  )`,
  'create unique index if not exists employees_login on employees (lower(login))',
  'create index if not exists employees_okta_id on employees (okta_id)',
  'create index if not exists employees_department on employees (department)',
  'create index if not exists employees_manager on employees (manager_id)',
  // The first employee of a department brings it into being, whoever enters the employee.
  `create or replace function enter_department() returns trigger language plpgsql as $$
  begin
    insert into departments (name) values (new.department) on conflict do nothing;
    return new;
  end $$`,
  `create or replace trigger employees_enter_department
    before insert or update of department on employees
    for each row when (new.department is not null) execute function enter_department()`,
  `create table if not exists sessions (
    id uuid primary key,
    employee_id uuid not null references employees on delete cascade,
    opened_at timestamptz not null default now()
  )`,
  'create index if not exists sessions_employee on sessions (employee_id)',
]
