"""MongoDB's explicit client-side encryption by pymongo[encryption]: reads the input as JSON, prints the result as JSON."""
import base64
import json
import sys
import time

from bson.binary import STANDARD
from bson.codec_options import CodecOptions
from pymongo import MongoClient
from pymongo.encryption import Algorithm, ClientEncryption

given = json.load(sys.stdin)
count, warm_up = given["count"], given["warmUp"]
client = MongoClient(given["mongodbUrl"])
providers = {"local": {"key": base64.b64decode(given["masterKey"])}}
options = CodecOptions(uuid_representation=STANDARD)
encryption = ClientEncryption(providers, given["keyVault"], client, options)
key_id = encryption.create_data_key("local")
algorithm = Algorithm.AEAD_AES_256_CBC_HMAC_SHA_512_Random
numbers = [str(i).zfill(12) for i in range(count + warm_up)]
encrypt = encryption.encrypt

documents = [{"_id": f"num_{i}", "number": encrypt(numbers[i], algorithm, key_id)} for i in range(warm_up)]
started_at = time.perf_counter()
for i in range(warm_up, warm_up + count):
    documents.append({"_id": f"num_{i}", "number": encrypt(numbers[i], algorithm, key_id)})
seconds = time.perf_counter() - started_at

assert encryption.decrypt(documents[-1]["number"]) == numbers[-1] and documents[-1]["number"].subtype == 6
encryption.close()
client.close()
print(json.dumps({"count": count, "seconds": seconds}))
