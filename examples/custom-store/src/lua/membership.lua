-- Shared by the scripts that write. The members of a group are a hash of JSON by id, a sorted set of the ids, and for each
-- member the set of its groups.
local function join(a, id, member)
  local members = a.base .. 'members:' .. id
  local isThere = redis.call('HEXISTS', members, member.id) == 1
  if isThere then
    if a.overwrites then redis.call('HSET', members, member.id, member.json) end
    return false
  end
  -- A member that does not exist is not added.
  if member.key and redis.call('EXISTS', member.key) == 0 then return false end
  redis.call('HSET', members, member.id, member.json)
  redis.call('ZADD', a.base .. 'order:' .. id, 0, member.id)
  redis.call('SADD', a.prefix .. 'groups-of:' .. member.id, id)
  return true
end

local function leave(a, id, member)
  if redis.call('HDEL', a.base .. 'members:' .. id, member) == 0 then return false end
  redis.call('ZREM', a.base .. 'order:' .. id, member)
  redis.call('SREM', a.prefix .. 'groups-of:' .. member, id)
  return true
end

-- Returns the ids that came, and those that went.
local function change(a, id, all, add, remove)
  local added, removed = {}, {}
  if all then
    local stays = {}
    for _, member in ipairs(all) do stays[member.id] = true end
    for _, member in ipairs(redis.call('HKEYS', a.base .. 'members:' .. id)) do
      if not stays[member] and leave(a, id, member) then removed[#removed + 1] = member end
    end
    add = all
  end
  for _, member in ipairs(add or {}) do
    if join(a, id, member) then added[#added + 1] = member.id end
  end
  for _, member in ipairs(remove or {}) do
    if leave(a, id, member) then removed[#removed + 1] = member end
  end
  return added, removed
end

local function touch(key, now)
  redis.call('HSET', key, '@lastModified', now)
  return tostring(redis.call('HINCRBY', key, '@version', 1))
end
