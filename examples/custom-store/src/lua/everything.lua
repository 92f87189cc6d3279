-- The resources with some ids, or all of them, in the order of their ids.
local a = cjson.decode(ARGV[1])
local rows = {}
for _, id in ipairs(a.ids or redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local row = redis.call('HMGET', a.records .. id, 'json', 'created', 'lastModified', 'version')
  if row[1] then
    table.insert(row, 1, id)
    rows[#rows + 1] = row
  end
end
return rows
