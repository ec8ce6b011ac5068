"""Run tab: experiments on the open model beside its counterpart."""
