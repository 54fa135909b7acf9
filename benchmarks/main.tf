terraform {
  required_providers {
    http = { source = "hashicorp/http" }
  }
}

variable "ids" { type = list(string) }
variable "COREWEAVE_API_ENDPOINT" { type = string }
variable "COREWEAVE_API_TOKEN" { type = string }

data "http" "gateway" {
  count           = length(var.ids)
  url             = "${var.COREWEAVE_API_ENDPOINT}/v1alpha1/inference/gateways/${var.ids[count.index]}"
  request_headers = { Authorization = "Bearer ${var.COREWEAVE_API_TOKEN}" }
}

output "endpoints" {
  value = [
    for answer in data.http.gateway :
    jsondecode(try(answer.response_body, answer.body)).gateway.status.endpoints[0]
  ]
}
