terraform {
  required_providers {
    http = { source = "hashicorp/http" }
  }
}

variable "ids" { type = list(string) }
variable "endpoint" { type = string }
variable "token" { type = string }

data "http" "gateway" {
  count           = length(var.ids)
  url             = "${var.endpoint}/v1alpha1/inference/gateways/${var.ids[count.index]}"
  request_headers = { Authorization = "Bearer ${var.token}" }
}

output "endpoints" {
  value = [
    for answer in data.http.gateway :
    jsondecode(try(answer.response_body, answer.body)).gateway.status.endpoints[0]
  ]
}
