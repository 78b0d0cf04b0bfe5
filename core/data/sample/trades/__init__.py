"""The eight trades that are reviewed, one a module. Their order matters: the generator draws from it."""

from core.data.sample.trades.book import BOOK
from core.data.sample.trades.gadget import GADGET
from core.data.sample.trades.hotel import HOTEL
from core.data.sample.trades.repair import REPAIR
from core.data.sample.trades.restaurant import RESTAURANT
from core.data.sample.trades.salon import SALON
from core.data.sample.trades.shop import SHOP
from core.data.sample.trades.tour import TOUR

TRADES = (RESTAURANT, HOTEL, GADGET, REPAIR, BOOK, SALON, TOUR, SHOP)
