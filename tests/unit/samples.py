"""A gateway with every field of the API, in the API's JSON form."""

from __future__ import annotations

from typing import Any

ID = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"
HOST = f"api.{ID}.gw.cwinference.com"
DEFAULT = f"https://{HOST}"

FULL: dict[str, Any] = {
    "spec": {
        "id": ID,
        "name": "prod",
        "organizationId": "org-1",
        "zones": ["US-EAST-04A"],
        "coreWeaveAuth": {},
        "weightsAndBiasesAuth": {
            "serverUrl": "https://wandb.example",
            "enableUsageReports": True,
            "enableRateLimiting": True,
        },
        "endpointConfiguration": {
            "additionalDns": ["llm.example"],
            "allowedSourceIpRanges": ["10.0.0.0/8", "2001:db8::/32"],
            "edgeProxyMode": "EDGE_PROXY_MODE_MANAGED",
        },
        "bodyBasedRouting": {"apiType": "API_TYPE_OPENAI"},
        "headerBasedRouting": {"headerName": "X-Model"},
        "pathBasedRouting": {},
    },
    "status": {
        "status": "STATUS_READY",
        "endpoints": ["https://llm.example", DEFAULT],
        "conditions": [
            {
                "type": "Ready",
                "status": "True",
                "reason": "Serving",
                "message": "all replicas serve",
                "zone": "US-EAST-04A",
                "lastUpdateTime": "2025-01-31T08:00:00Z",
            }
        ],
        "createdAt": "2025-01-31T07:00:00Z",
        "updatedAt": "2025-01-31T08:00:00.5Z",
    },
}
