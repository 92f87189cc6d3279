-- Shared by the scripts that read. A record: its id, the values of some fields (or all fields and values), its members.
local function read(a, id, rows)
  local key = a.base .. 'id:' .. id
  local fields
  if a.fields then
    fields = redis.call('HMGET', key, unpack(a.fields))
    if not fields[1] then return end
  else
    fields = redis.call('HGETALL', key)
    if #fields == 0 then return end
  end
  local members = a.members and redis.call('HVALS', a.base .. 'members:' .. id) or {}
  rows[#rows + 1] = { id, fields, members }
end
