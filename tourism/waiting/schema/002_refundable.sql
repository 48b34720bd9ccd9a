-- Whether only a rate will do that can be cancelled without a fee.
alter table waiting_wish add column refundable boolean not null default false;
