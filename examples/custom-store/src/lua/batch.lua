-- The members of a group right after one of them, in the order of ids.
local a = cjson.decode(ARGV[1])
local ids = redis.call('ZRANGE', a.base .. 'order:' .. a.id, a.after == '' and '-' or '(' .. a.after, '+', 'BYLEX', 'LIMIT', 0, a.count)
return { ids, #ids > 0 and redis.call('HMGET', a.base .. 'members:' .. a.id, unpack(ids)) or {} }
