# A managed PostgreSQL and a bucket for the sync server, on AWS. A skeleton: sizes and networks are yours to set.
terraform {
  required_version = ">= 1.7"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.60"
    }
    random = {
      source  = "hashicorp/random"
      version = "~> 3.6"
    }
  }
}

variable "region" {
  type = string
}

variable "subnet_ids" {
  type        = list(string)
  description = "Private subnets for the database, in two zones at least"
}

variable "security_group_ids" {
  type        = list(string)
  description = "Groups that let the servers reach the database, and nobody else"
}

variable "instance_class" {
  type    = string
  default = "db.t4g.medium"
}

provider "aws" {
  region = var.region
}

resource "random_password" "database" {
  length  = 32
  special = false
}

resource "aws_db_subnet_group" "bindery" {
  name       = "bindery"
  subnet_ids = var.subnet_ids
}

resource "aws_db_instance" "bindery" {
  identifier                   = "bindery"
  engine                       = "postgres"
  engine_version               = "18"
  instance_class               = var.instance_class
  allocated_storage            = 50
  max_allocated_storage        = 500
  storage_encrypted            = true
  db_name                      = "bindery"
  username                     = "bindery"
  password                     = random_password.database.result
  db_subnet_group_name         = aws_db_subnet_group.bindery.name
  vpc_security_group_ids       = var.security_group_ids
  publicly_accessible          = false
  multi_az                     = true
  backup_retention_period      = 14
  performance_insights_enabled = true
  deletion_protection          = true
  skip_final_snapshot          = false
  final_snapshot_identifier    = "bindery-final"
}

resource "aws_s3_bucket" "files" {
  bucket_prefix = "bindery-files-"
}

resource "aws_s3_bucket_public_access_block" "files" {
  bucket                  = aws_s3_bucket.files.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "files" {
  bucket = aws_s3_bucket.files.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_iam_user" "server" {
  name = "bindery-server"
}

resource "aws_iam_user_policy" "server" {
  user = aws_iam_user.server.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], Resource = "${aws_s3_bucket.files.arn}/*" },
      { Effect = "Allow", Action = ["s3:ListBucket"], Resource = aws_s3_bucket.files.arn },
    ]
  })
}

resource "aws_iam_access_key" "server" {
  user = aws_iam_user.server.name
}

output "database_url" {
  value     = "postgres://bindery:${random_password.database.result}@${aws_db_instance.bindery.endpoint}/bindery?sslmode=require"
  sensitive = true
}

output "files_bucket" {
  value = aws_s3_bucket.files.bucket
}

output "s3_access_key_id" {
  value = aws_iam_access_key.server.id
}

output "s3_secret_access_key" {
  value     = aws_iam_access_key.server.secret
  sensitive = true
}
