import { allEmployees, sessionsOf } from '../lib/database'

// Read when it is asked for, and not when the service is built.
export const dynamic = 'force-dynamic'

export default function Page() {
  return (
    <main>
      <h1>Employees</h1>
      <table>
        <thead>
          <tr>
            <th>Login</th>
            <th>Name</th>
            <th>E-mail</th>
            <th>Status</th>
            <th>Open sessions</th>
          </tr>
        </thead>
        <tbody>
          {allEmployees().map((employee) => (
            <tr key={employee.id}>
              <td>{employee.login}</td>
              <td>
                {employee.first_name} {employee.last_name}
              </td>
              <td>{employee.work_email}</td>
              <td>{employee.status}</td>
              <td>{sessionsOf(employee.id).length}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </main>
  )
}
